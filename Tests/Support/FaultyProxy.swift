internal import Glibc

/// A proxy for a server of this machine that loses what a test chooses: requests before they arrive, or answers on
/// their way back, with a reset of the connection.
public final class FaultyProxy: Sendable {
  /// The fate of a request.
  public enum Fate: Sendable {
    /// It is answered.
    case passed
    /// It never arrives.
    case requestLost
    /// It arrives and is carried out; the answer is lost.
    case answerLost
    /// It arrives and is carried out; the answer is replaced by a 503.
    case answerBlurred
  }

  private let server: LoopbackServer

  /// The port to connect to.
  public var port: Int { server.port }

  /// A proxy for a port.
  /// - Parameter fate: called for each request, with its head.
  public init(before port: Int, _ fate: @escaping @Sendable (String) -> Fate) {
    server = LoopbackServer { connection, _ in
      guard let (head, body) = connection.request() else { return }
      let fate = fate(head)
      if case .requestLost = fate { return connection.willReset() }
      // By bytes: a character would contain both line ends.
      let closing = Array(head.utf8.dropLast(2)) + Array("Connection: close\r\n\r\n".utf8)
      let answer = LoopbackConnection.exchange(port, closing + body)
      switch fate {
      case .passed: connection.send(answer)
      case .answerBlurred: connection.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
      case .requestLost, .answerLost: connection.willReset()
      }
    }
  }

  public func stop() { server.stop() }
}

extension LoopbackServer {
  /// Sends a request to this server and reads its answer to the end; blocks.
  /// - Returns: whether there was one.
  public func roundTrip() -> Bool {
    !LoopbackConnection.exchange(port, Array("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".utf8), atMost: 17).isEmpty
  }
}

extension LoopbackConnection {
  /// Sends a request to a port and reads everything until the end.
  fileprivate static func exchange(_ port: Int, _ request: [UInt8], atMost limit: Int = .max) -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    let upstream = LoopbackConnection(descriptor: descriptor)
    guard isConnected, upstream.send(request) else { return [] }
    var answer: [UInt8] = []
    while answer.count < limit, let byte = upstream.bytes(1) { answer += byte }
    return answer
  }
}
