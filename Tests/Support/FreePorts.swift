internal import Glibc

/// Ports that nobody uses now, for servers that can't choose one by themselves.
public enum FreePorts {
  /// So many free ports; the one 10,000 above each is free too. They lie below those that the system gives out itself.
  public static func take(_ count: Int) throws -> [Int] {
    var found: [Int] = []
    for _ in 0..<1000 where found.count < count {
      let port = Int.random(in: 10_500..<22_000)
      if !found.contains(port), isFree(port), isFree(port + 10_000) { found.append(port) }
    }
    guard found.count == count else { throw NotStarted(description: "no free ports are left") }
    return found
  }

  private static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
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
