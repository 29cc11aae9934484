/// Unused ports, for servers that can't choose one by themselves.
public enum FreePorts {
  /// This many free ports; the one 10,000 above each is free too. They lie below those that the system assigns itself.
  public static func take(_ count: Int) throws -> [Int] {
    var found: [Int] = []
    for _ in 0..<1000 where found.count < count {
      let port = Int.random(in: 10_500..<22_000)
      if !found.contains(port), PortRange.isFree(port), PortRange.isFree(port + 10_000) { found.append(port) }
    }
    guard found.count == count else { throw NotStarted(description: "no free ports are left") }
    return found
  }
}
