internal import Glibc
internal import Synchronization
internal import Threads

/// A server on a free port of this machine that treats each connection as a test says, well or badly. Every connection
/// has a thread, where calls may block; they end when the server does.
public final class LoopbackServer: Sendable {
  public let port: Int
  /// `http://127.0.0.1:port`.
  public var url: String { "http://127.0.0.1:\(port)" }
  /// The number of connections so far.
  public var connectionCount: Int { shared.state.withLock { $0.count } }

  private struct State {
    var count = 0
    var open: Set<Int32> = []
    var isStopped = false
  }

  /// What the threads share; not the server itself, which stops when it is released.
  private final class Shared: Sendable {
    let state = Lock(State())
  }

  private let listener: Int32
  private let shared = Shared()

  /// Starts a server on a free port.
  /// - Parameter serve: called with each connection and its index from 0; the connection is closed when it returns.
  public convenience init(_ serve: @escaping @Sendable (LoopbackConnection, Int) -> Void) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 4096) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    precondition(isListening, "no free port on this machine")
    self.init(listener, port: Int(UInt16(bigEndian: address.sin_port)), serve)
  }

  /// Starts a server on a Unix socket, whose path has less than 108 bytes.
  public convenience init(unixSocket path: String, _ serve: @escaping @Sendable (LoopbackConnection, Int) -> Void) {
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let isListening = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(listener, 4096) == 0
      }
    }
    precondition(isListening, "\(path) can't be listened on")
    self.init(listener, port: 0, serve)
  }

  private init(_ listener: Int32, port: Int, _ serve: @escaping @Sendable (LoopbackConnection, Int) -> Void) {
    self.listener = listener
    self.port = port
    Self.thread { [listener, shared] in Self.run(listener, shared, serve) }
  }

  deinit { stop() }

  /// Accepts no more connections and ends the existing ones.
  public func stop() {
    let open = shared.state.withLock { state in
      defer { state.isStopped = true }
      return state.isStopped ? [] : state.open.union([listener])
    }
    for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
  }

  private static func run(
    _ listener: Int32, _ shared: Shared, _ serve: @escaping @Sendable (LoopbackConnection, Int) -> Void
  ) {
    defer { close(listener) }
    while true {
      let connection = accept(listener, nil, nil)
      if connection < 0, errno == EINTR || errno == ECONNABORTED { continue }
      guard connection >= 0 else { return }
      let ordinal = shared.state.withLock { state -> Int? in
        if state.isStopped { return nil }
        state.open.insert(connection)
        state.count += 1
        return state.count - 1
      }
      guard let ordinal else {
        close(connection)
        return
      }
      thread {
        serve(LoopbackConnection(descriptor: connection), ordinal)
        shared.state.withLock { _ = $0.open.remove(connection) }
        close(connection)
      }
    }
  }

  private static func thread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { box in
        if let box { Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body() }
        return nil
      }, Unmanaged.passRetained(Box(body)).toOpaque())
    precondition(code == 0, "no more threads")
    pthread_detach(thread)
  }
}

/// One connection of a `LoopbackServer`; its calls block.
public struct LoopbackConnection: Sendable {
  let descriptor: Int32

  /// Reads the head of a request; nil if the other end is gone.
  public func head() -> String? {
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard let byte = bytes(1)?.first else { return nil }
      head.append(byte)
    }
    return String(decoding: head, as: UTF8.self)
  }

  /// Reads this many bytes; nil if the other end is gone before.
  public func bytes(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + filled, count - filled, 0) }
      guard got > 0 else { return nil }
      filled += got
    }
    return bytes
  }

  /// Reads a request with its body, which has a length; nil if the other end is gone.
  public func request() -> (head: String, body: [UInt8])? {
    guard let head = head() else { return nil }
    let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
    let length = line.flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) } ?? 0
    return bytes(length).map { (head, $0) }
  }

  /// - Returns: false if the other end is gone.
  @discardableResult
  public func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  /// - Returns: false if the other end is gone.
  @discardableResult
  public func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Sends an answer with this body.
  @discardableResult
  public func answer(_ status: Int, _ fields: [String] = [], _ body: [UInt8] = []) -> Bool {
    let lines = ["HTTP/1.1 \(status) Status", "Content-Length: \(body.count)"] + fields + ["", ""]
    return send(Array(lines.joined(separator: "\r\n").utf8) + body)
  }

  /// Makes the next close a reset instead of an orderly end.
  public func willReset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
  }

  /// Waits until the other end is gone.
  public func waitForEnd() { while bytes(1) != nil {} }
}
