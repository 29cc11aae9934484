internal import CMicroHTTPD
internal import Glibc
internal import Synchronization
internal import Threads

/// A server's reactions to libmicrohttpd's callbacks. All but `handler` runs on the library's thread and returns at
/// once.
final class ServerCore: Sendable {
  enum Mode { case serving, draining, stopping }

  let watch: ConnectionWatch
  let inHand = InHand()
  private let rules: HeadRules
  private let handler: HTTPHandler
  private let isPlain: Bool
  private let mode = Lock(Mode.serving)
  private let lastNumber = Atomic<UInt64>(0)

  init(_ limits: HTTPServerLimits, isPlain: Bool, _ handler: @escaping HTTPHandler) throws(HTTPServerError) {
    rules = HeadRules(limits: limits)
    watch = try ConnectionWatch(limits)
    self.isPlain = isPlain
    self.handler = handler
  }

  func enter(_ mode: Mode) { self.mode.withLock { $0 = mode } }

  /// Ends all that is being answered; afterwards nothing is suspended, and nothing will be.
  func breakOff() {
    enter(.stopping)
    for connection in watch.connections { connection.state.withLock { $0.current }?.abort() }
  }

  func connectionBegins(_ descriptor: Int32) -> ServedConnection {
    let number = lastNumber.add(1, ordering: .relaxed).newValue
    let connection = ServedConnection(number: number, descriptor: descriptor)
    watch.add(connection)
    return connection
  }

  func connectionEnds(_ connection: ServedConnection) {
    watch.remove(connection)
    let (isOurs, isWaiting, sentBefore) = connection.state.withLock { state in
      state.isClosed = true
      state.current = nil
      return (!state.isExpired && !state.hungUp, state.awaitsRequest, state.sentBefore)
    }
    guard isOurs, isStillOpen(connection.descriptor) else { return }
    // The library silently drops some bytes that do not begin like a request; the rest it has answered itself.
    if isPlain, isWaiting, cmhd_segments_sent(connection.descriptor) == sentBefore, mode.withLock({ $0 != .stopping }) {
      _ = Self.noRequest.withCString {
        send(connection.descriptor, $0, strlen($0), Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
      }
    }
    watch.linger(connection.descriptor)
  }

  private static let noRequest =
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 26\r\n\r\n"
    + "This is no HTTP request.\r\n"

  /// Whether the client has not closed the connection.
  private func isStillOpen(_ descriptor: Int32) -> Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    return count > 0 || (count < 0 && errno == EAGAIN)
  }

  func requestBegins(
    _ connection: OpaquePointer, target: (address: UInt, bytes: [UInt8])
  ) -> UnsafeMutableRawPointer {
    let served = cmhd_socket_context(connection).map {
      Unmanaged<ServedConnection>.fromOpaque($0).takeUnretainedValue()
    }
    let exchange = Exchange(connection, target: target, on: served)
    inHand.begin()
    served?.state.withLock { state in
      state.current = exchange
      state.awaitsRequest = false
    }
    // On the first request the limit runs since the connection came.
    if served?.state.withLock({ $0.phase == .idle }) == true { served?.enter(.head) }
    return Unmanaged.passRetained(exchange).toOpaque()
  }

  func headIsThere(
    _ exchange: Exchange, _ connection: OpaquePointer, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>
  ) -> MHD_Result {
    exchange.isHeadSeen = true
    do throws(Refusal) {
      if mode.withLock({ $0 == .stopping }) { throw Refusal(503, "The server stops.") }
      if cmhd_head_size(connection) > rules.limits.headBytes {
        throw Refusal(431, "The request's head is longer than the \(rules.limits.headBytes) bytes that are taken here.")
      }
      let head = try HeadLayout(connection, method: method, version: version, target: exchange.target).head
      let length = try rules.bodyLength(of: head)
      exchange.keepsAlive = head.keepsAlive
      exchange.connection?.enter(length > 0 ? .body : .handler)
      if length == 0 { exchange.endInput() }
      exchange.start(HTTPRequest(head, length: length, exchange), handler)
    } catch {
      exchange.connection?.enter(.response)
      exchange.state.withLock { state in
        state.isQueued = true
        state.isFinished = true
      }
      return queue(error.response, of: exchange, on: connection, thenClose: true)
    }
    // The client hung up before the handler was registered.
    if exchange.connection?.state.withLock({ $0.hungUp }) == true { exchange.abort() }
    return .YES
  }

  func requestIsComplete(_ exchange: Exchange, _ connection: OpaquePointer) -> MHD_Result {
    exchange.endInput()
    enum Next { case wait, queue(HTTPResponse), drop, nothing }
    let next: Next = exchange.state.withLock { state in
      if state.isQueued { return .nothing }
      if state.isGone { return .drop }
      guard let response = state.response else {
        Exchange.suspend(&state)
        return .wait
      }
      state.isQueued = true
      return .queue(response)
    }
    switch next {
    case .wait:
      let isBodyOver = exchange.connection?.state.withLock { $0.phase == .body } ?? false
      if isBodyOver { exchange.connection?.enter(.handler) }
      return .YES
    case .nothing: return .YES
    case .drop: return .NO
    case .queue(let response):
      exchange.connection?.enter(.response)
      return queue(response, of: exchange, on: connection, thenClose: mode.withLock { $0 != .serving })
    }
  }

  func requestEnds(_ exchange: Exchange) {
    exchange.completed()
    if let connection = exchange.connection {
      let sent = cmhd_segments_sent(connection.descriptor)
      connection.state.withLock { state in
        state.current = nil
        state.sentBefore = sent
      }
      connection.enter(.idle)
    }
    inHand.end()
  }

  private func queue(
    _ response: HTTPResponse, of exchange: Exchange, on connection: OpaquePointer, thenClose: Bool
  ) -> MHD_Result {
    let made: OpaquePointer?
    switch response.body {
    case .bytes(let bytes): made = bytes.withUnsafeBytes { cmhd_fixed_response($0.count, $0.baseAddress) }
    case .stream:
      made = MHD_create_response_from_callback(
        cmhd_unknown_size(), 4096, readStream, Unmanaged.passRetained(exchange).toOpaque(), releaseStream)
    }
    guard let made else { return .NO }
    defer { MHD_destroy_response(made) }
    for field in response.headers.fields where MHD_add_response_header(made, field.name, field.value) == .NO {
      let instead = HTTPResponse.text("The answer has a field that can't be written.\n", status: 500)
      return queue(instead, of: exchange, on: connection, thenClose: true)
    }
    let isKept = exchange.keepsAlive && !thenClose
    exchange.connection?.state.withLock { $0.awaitsRequest = isKept }
    if thenClose { MHD_add_response_header(made, "Connection", "close") }
    return MHD_queue_response(connection, UInt32(response.status), made)
  }
}

extension HTTPRequest {
  init(_ head: HeadRules.Head, length: Int, _ exchange: Exchange) {
    var headers = HTTPHeaders()
    for field in head.fields {
      headers.add(String(decoding: field.name, as: UTF8.self), String(decoding: field.value, as: UTF8.self))
    }
    self.init(
      String(decoding: head.method, as: UTF8.self), String(decoding: head.target, as: UTF8.self), headers: headers,
      body: RequestBody(length: length, source: exchange))
  }
}

private let readStream: MHD_ContentReaderCallback = { context, _, buffer, room in
  guard let context, let buffer else { return cmhd_end_with_error() }
  return Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue().read(into: buffer, atMost: room)
}

private let releaseStream: MHD_ContentReaderFreeCallback = { context in
  if let context { Unmanaged<Exchange>.fromOpaque(context).release() }
}
