import CLinux
import Glibc

/// Ports of 127.0.0.1 that no other test takes, as long as this object, or a process that inherited its descriptor,
/// lives. Each range has a lock file; the kernel releases its lock with the last holder.
public final class PortRange: Sendable {
  public let first: Int
  /// The number of ports.
  public let count: Int
  /// Holds the lock; can be passed on to a child.
  public let descriptor: Int32

  /// The most ports of one range.
  public static let size = 12
  // Below the ports that Linux gives to outgoing connections.
  private static let starts = Array(stride(from: 20_000, to: 32_000, by: size))

  /// Finds a range whose ports are all free.
  ///
  /// - Throws: `NoFreePorts` if every range is taken.
  public init(count: Int = PortRange.size) throws {
    precondition((1...Self.size).contains(count), "a range holds 1 to \(Self.size) ports")
    let folder = "/tmp/shoal-test-ports-\(getuid())"
    mkdir(folder, 0o700)
    for start in Self.starts.shuffled() {
      let lock = open("\(folder)/\(start)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard lock >= 0 else { continue }
      if clinux_lock_file(lock) == 0, (start..<start + count).allSatisfy(Self.isFree) {
        first = start
        self.count = count
        descriptor = lock
        return
      }
      close(lock)
    }
    throw NoFreePorts()
  }

  deinit { close(descriptor) }

  /// Every range is taken, by a test or by another server.
  public struct NoFreePorts: Error {}

  /// Whether a server can listen on the port now.
  static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
