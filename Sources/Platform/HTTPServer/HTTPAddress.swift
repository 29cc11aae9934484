internal import Glibc

/// Where a server listens.
public enum HTTPAddress: Sendable, Hashable, CustomStringConvertible {
  /// A numeric IPv4 or IPv6 address of this machine; port 0 lets the system choose.
  case tcp(host: String, port: UInt16)
  /// A Unix socket.
  case unix(path: String)

  /// Reads `127.0.0.1:9464`, `[::1]:9464`, `:9464` (every IPv4 address of the machine) or `unix:PATH`.
  /// - Throws: `notAnAddress`.
  public init(_ text: String) throws(HTTPServerError) {
    if text.hasPrefix("unix:") {
      let path = text.dropFirst(5)
      guard !path.isEmpty else { throw .notAnAddress(text) }
      self = .unix(path: String(path))
      return
    }
    guard let colon = text.lastIndex(of: ":") else { throw .notAnAddress(text) }
    let digits = text[text.index(after: colon)...]
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
      throw .notAnAddress(text)
    }
    let address = HTTPAddress.tcp(host: host.isEmpty ? "0.0.0.0" : String(host), port: port)
    guard SocketAddress(address) != nil else { throw .notAnAddress(text) }
    self = address
  }

  /// As `init(_:)` reads it.
  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}

/// An address as the system's calls take it.
struct SocketAddress {
  private var storage = sockaddr_storage()
  private let length: socklen_t
  let family: Int32

  /// Nil if the host is not numeric or the path is too long.
  init?(_ address: HTTPAddress) {
    switch address {
    case .tcp(let host, let port):
      var four = sockaddr_in()
      var six = sockaddr_in6()
      if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
        four.sin_family = sa_family_t(AF_INET)
        four.sin_port = port.bigEndian
        (family, length) = (AF_INET, socklen_t(MemoryLayout<sockaddr_in>.size))
        withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: four, as: sockaddr_in.self) }
      } else if inet_pton(AF_INET6, host, &six.sin6_addr) == 1 {
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        (family, length) = (AF_INET6, socklen_t(MemoryLayout<sockaddr_in6>.size))
        withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: six, as: sockaddr_in6.self) }
      } else {
        return nil
      }
    case .unix(let path):
      var unix = sockaddr_un()
      unix.sun_family = sa_family_t(AF_UNIX)
      let bytes = Array(path.utf8)
      guard bytes.count < MemoryLayout.size(ofValue: unix.sun_path), !bytes.contains(0) else { return nil }
      withUnsafeMutableBytes(of: &unix.sun_path) { $0.copyBytes(from: bytes) }
      (family, length) = (AF_UNIX, socklen_t(MemoryLayout<sockaddr_un>.size))
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: unix, as: sockaddr_un.self) }
    }
  }

  /// Hands it to a call.
  func with<Result>(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafePointer(to: storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, length) }
    }
  }
}
