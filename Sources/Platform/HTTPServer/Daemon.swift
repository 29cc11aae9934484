internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// The owner of a libmicrohttpd daemon. Goes only after `stop()`, which must have been preceded by `quiesce()` and by
/// the resumption of all that was suspended: the library ends the process otherwise.
struct Daemon: ~Copyable, @unchecked Sendable {
  private let pointer: OpaquePointer
  /// The library reads certificate and key from these buffers.
  private let texts: [UnsafeMutablePointer<CChar>]

  private static let versions = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

  /// Starts the library's thread.
  /// - Parameters:
  ///   - socket: a listening descriptor, which the daemon keeps until `quiesce()`.
  ///   - core: the target of the callbacks; must live until `stop()` has returned.
  init(
    _ socket: Int32, _ core: ServerCore, limits: HTTPServerLimits, identity: TLSIdentity?
  ) throws(HTTPServerError) {
    let context = Unmanaged.passUnretained(core).toOpaque()
    var options: [MHD_OptionItem] = []
    func add(_ option: MHD_OPTION, _ value: Int, _ pointer: UnsafeMutableRawPointer? = nil) {
      options.append(MHD_OptionItem(option: option, value: value, ptr_value: pointer))
    }
    add(.LISTEN_SOCKET, Int(socket))
    add(.CONNECTION_LIMIT, limits.connections)
    add(.CONNECTION_TIMEOUT, max(1, Int(limits.idle.components.seconds + 1)))
    // The head, the table of its fields, and the head of the response.
    add(.CONNECTION_MEMORY_LIMIT, 2 * limits.headBytes + 80 * limits.fields + (4 << 10))
    add(.SIGPIPE_HANDLED_BY_APP, 1)
    add(.NOTIFY_COMPLETED, cmhd_completed(onCompleted), context)
    add(.NOTIFY_CONNECTION, cmhd_connection(onConnection), context)
    add(.URI_LOG_CALLBACK, cmhd_uri(onTarget), context)
    add(.UNESCAPE_CALLBACK, cmhd_unescape(leaveEscaped))
    var flags = MHD_USE_EPOLL.rawValue | MHD_USE_INTERNAL_POLLING_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
    var texts: [UnsafeMutablePointer<CChar>] = []
    if let identity {
      guard cmhd_has_tls() != 0 else { throw .withoutTLS }
      for text in [identity.key, identity.certificate, Self.versions] {
        if let copy = strdup(text) { texts.append(copy) }
      }
      add(.HTTPS_MEM_KEY, 0, texts[0])
      add(.HTTPS_MEM_CERT, 0, texts[1])
      add(.HTTPS_PRIORITIES, 0, texts[2])
      flags |= MHD_USE_TLS.rawValue
    } else {
      // Most importantly, the sending side stays open until the last callback, which answers non-HTTP bytes.
      flags |= MHD_USE_TURBO.rawValue
    }
    add(.END, 0)
    guard let pointer = cmhd_start(flags, onAccess, context, &options) else {
      let code = errno
      for text in texts { free(text) }
      throw .notStarted(withTLS: identity != nil, code: code)
    }
    self.pointer = pointer
    self.texts = texts
  }

  /// Accepts no further connections.
  func quiesce() {
    let descriptor = MHD_quiesce_daemon(pointer)
    if descriptor >= 0 { close(descriptor) }
  }

  /// Closes all connections and ends the library's thread. Blocks.
  consuming func stop() {
    MHD_stop_daemon(pointer)
    for text in texts { free(text) }
  }
}

private func core(_ context: UnsafeMutableRawPointer?) -> ServerCore? {
  context.map { Unmanaged<ServerCore>.fromOpaque($0).takeUnretainedValue() }
}

private let onAccess: MHD_AccessHandlerCallback = { context, connection, _, method, version, bytes, count, request in
  guard let core = core(context), let connection, let method, let version, let count,
    let exchange = request?.pointee.map({ Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() })
  else { return .NO }
  if !exchange.isHeadSeen {
    return core.headIsThere(exchange, connection, method: method, version: version)
  }
  if count.pointee > 0 {
    count.pointee -= exchange.take(UnsafeRawBufferPointer(start: bytes, count: count.pointee))
    return .YES
  }
  return core.requestIsComplete(exchange, connection)
}

private let onTarget: cmhd_uri_callback = { context, target, connection in
  guard let core = core(context), let connection, let target else { return nil }
  let bytes = UnsafeRawBufferPointer(start: target, count: strlen(target))
  return core.requestBegins(connection, target: (UInt(bitPattern: target), Array(bytes)))
}

private let onCompleted: MHD_RequestCompletedCallback = { context, _, request, _ in
  guard let core = core(context), let raw = request?.pointee else { return }
  request?.pointee = nil
  core.requestEnds(Unmanaged<Exchange>.fromOpaque(raw).takeRetainedValue())
}

private let onConnection: MHD_NotifyConnectionCallback = { context, connection, socket, code in
  guard let core = core(context), let connection, let socket else { return }
  if cmhd_is_connection_start(code) != 0 {
    socket.pointee = Unmanaged.passRetained(core.connectionBegins(cmhd_descriptor(connection))).toOpaque()
  } else if let raw = socket.pointee {
    socket.pointee = nil
    core.connectionEnds(Unmanaged<ServedConnection>.fromOpaque(raw).takeRetainedValue())
  }
}

private let leaveEscaped: cmhd_unescape_callback = { _, _, text in text.map { strlen($0) } ?? 0 }
