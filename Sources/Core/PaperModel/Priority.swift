/// How much a campaign is preferred: of what waits for a worker, the higher comes first. What is being done goes on.
public struct Priority: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The numbers that there are.
  public static let range = -100...100
  /// What it is where nothing is said: 0.
  public static let usual = Priority(0)!

  /// The number.
  public let value: Int

  /// A priority from -100 to 100; nil for other numbers.
  public init?(_ value: Int) {
    guard Self.range.contains(value) else { return nil }
    self.value = value
  }

  /// The number.
  public var description: String { String(value) }

  /// By number.
  public static func < (left: Priority, right: Priority) -> Bool { left.value < right.value }
}
