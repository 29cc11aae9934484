internal import CLinux
internal import Glibc

/// A listening socket. Closes it, and removes the path of a Unix socket, when it is destroyed.
struct ListeningSocket: ~Copyable {
  let descriptor: Int32
  /// The actual address, with the port that the system chose.
  let address: HTTPAddress

  /// Connections that the system keeps until they are accepted; it has a limit of its own (net.core.somaxconn).
  private static let backlog: Int32 = 4096

  init(_ address: HTTPAddress) throws(HTTPServerError) {
    guard let place = SocketAddress(address) else { throw .notAnAddress(address.description) }
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(place.family, kind, 0)
    guard descriptor >= 0 else { throw .system(call: "socket", code: errno) }
    do throws(HTTPServerError) {
      if case .tcp = address {
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
      }
      try Self.bind(descriptor, address, place)
      guard listen(descriptor, Self.backlog) == 0 else { throw .cannotListen(address.description, code: errno) }
      self.address = Self.name(of: descriptor, address)
      self.descriptor = descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit {
    close(descriptor)
    if case .unix(let path) = address { unlink(path) }
  }

  /// The same socket under another number, which its user closes.
  func copy() throws(HTTPServerError) -> Int32 {
    let copy = clinux_duplicate_above(descriptor, 0)
    guard copy >= 0 else { throw .system(call: "fcntl", code: errno) }
    return copy
  }

  private static func bind(
    _ descriptor: Int32, _ address: HTTPAddress, _ place: SocketAddress
  ) throws(HTTPServerError) {
    if place.with({ Glibc.bind(descriptor, $0, $1) }) == 0 { return }
    guard errno == EADDRINUSE else { throw .cannotListen(address.description, code: errno) }
    guard case .unix(let path) = address, isLeftOver(place) else { throw .inUse(address.description) }
    unlink(path)
    guard place.with({ Glibc.bind(descriptor, $0, $1) }) == 0 else {
      throw .cannotListen(address.description, code: errno)
    }
  }

  /// Whether a Unix socket's path was left by a dead process: no server answers there.
  private static func isLeftOver(_ place: SocketAddress) -> Bool {
    let caller = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard caller >= 0 else { return false }
    defer { close(caller) }
    return place.with { connect(caller, $0, $1) } != 0 && errno == ECONNREFUSED
  }

  private static func name(of descriptor: Int32, _ address: HTTPAddress) -> HTTPAddress {
    guard case .tcp(let host, 0) = address else { return address }
    var six = sockaddr_in6()  // the port has the same offset in both families
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    _ = withUnsafeMutablePointer(to: &six) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return .tcp(host: host, port: UInt16(bigEndian: six.sin6_port))
  }
}
