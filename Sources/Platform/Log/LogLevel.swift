/// How much a line matters.
public enum LogLevel: Int, Sendable, Hashable, Comparable, CaseIterable {
  /// Details that help to find a fault.
  case debug
  /// Something began, ended or changed.
  case info
  /// Something went wrong and was made good.
  case warning
  /// Something failed, and a person may have to act.
  case error

  /// The name as it is written in lines and settings.
  public var name: String { "\(self)" }

  /// The level of this name, in lower case; nil for any other name.
  public init?(name: String) {
    guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = level
  }

  /// Less urgent comes first.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
