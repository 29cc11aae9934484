/// A campaign's priority: work items with a higher priority are delivered first. Work in progress is not interrupted.
public struct Priority: Hashable, Sendable, Comparable, CustomStringConvertible {
  public static let range = -100...100
  /// The default: 0.
  public static let usual = Priority(0)!

  public let value: Int

  /// A priority from -100 to 100; nil for other numbers.
  public init?(_ value: Int) {
    guard Self.range.contains(value) else { return nil }
    self.value = value
  }

  public var description: String { String(value) }

  public static func < (left: Priority, right: Priority) -> Bool { left.value < right.value }
}
