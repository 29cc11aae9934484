/// One piece of metadata.
public enum LogValue: Sendable, Hashable {
  /// Text; control characters are escaped when it is written.
  case string(String)
  /// A whole number.
  case integer(Int64)
  /// A floating-point number.
  case number(Double)
  /// True or false.
  case bool(Bool)
  /// A value that is present and must not be shown.
  case redacted

  /// The description of any other value.
  public static func describing(_ value: some Any) -> Self { .string(String(describing: value)) }
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// Text.
  public init(stringLiteral value: String) { self = .string(value) }
}

extension LogValue: ExpressibleByIntegerLiteral {
  /// A whole number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
}

extension LogValue: ExpressibleByFloatLiteral {
  /// A floating-point number.
  public init(floatLiteral value: Double) { self = .number(value) }
}

extension LogValue: ExpressibleByBooleanLiteral {
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}
