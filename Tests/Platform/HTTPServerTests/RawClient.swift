import CLinux
import Glibc
import HTTPServer

/// A client that sends exact bytes: blocking, with a time limit on each call, on a thread of its own when used through
/// `RawClient.ask`.
final class RawClient: @unchecked Sendable {
  let descriptor: Int32

  /// Connects; nil if that fails.
  init?(_ address: HTTPAddress, limitSeconds: Int = 10) {
    switch address {
    case .tcp(_, let port):
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      var place = sockaddr_in()
      place.sin_family = sa_family_t(AF_INET)
      place.sin_port = port.bigEndian
      place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      guard Self.connect(descriptor, place) else { return nil }
    case .unix(let path):
      descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      var place = sockaddr_un()
      place.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      guard Self.connect(descriptor, place) else { return nil }
    }
    var limit = timeval(tv_sec: limitSeconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  private static func connect<Place>(_ descriptor: Int32, _ place: Place) -> Bool {
    withUnsafePointer(to: place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Place>.size)) == 0
      }
    }
  }

  /// Sends bytes; those that the server no longer accepts are lost.
  func send(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      sent += count
    }
  }
  func send(_ text: String) { send(text.utf8) }

  /// Ends the sending direction.
  func hangUpHalf() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// The next bytes; nil at the end, on an error and at the time limit.
  func receive() -> [UInt8]? {
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      return count > 0 ? Array(UnsafeRawBufferPointer(buffer)[..<count]) : nil
    }
  }

  /// Everything up to the end of the connection.
  func receiveAll() -> String {
    var bytes: [UInt8] = []
    while let piece = receive() { bytes += piece }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Bytes up to and including the text, or up to the end.
  func receive(until text: String) -> String {
    var bytes: [UInt8] = []
    while !String(decoding: bytes, as: UTF8.self).contains(text), let piece = receive() { bytes += piece }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Runs blocking work on a thread of its own.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { caller in
    let box = Unmanaged.passRetained(Work { caller.resume(returning: work()) })
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    pthread_detach(thread)
  }
}

private final class Work: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Sends on a new connection and returns everything received until the server closes it.
func ask(_ address: HTTPAddress, _ request: some Sequence<UInt8> & Sendable) async -> String {
  await onThread {
    guard let client = RawClient(address) else { return "" }
    client.send(request)
    return client.receiveAll()
  }
}
func ask(_ address: HTTPAddress, _ request: String) async -> String { await ask(address, Array(request.utf8)) }

extension String {
  /// The status of a response; 0 if this is none.
  var status: Int {
    guard hasPrefix("HTTP/1.1 ") else { return 0 }
    return Int(dropFirst(9).prefix(3)) ?? 0
  }
  /// The part after the head.
  var responseBody: String {
    var end = utf8.startIndex
    let bytes = Array(utf8)
    for index in bytes.indices where bytes[index...].starts(with: "\r\n\r\n".utf8) {
      end = utf8.index(utf8.startIndex, offsetBy: index + 4)
      break
    }
    return String(self[end...])
  }
}
