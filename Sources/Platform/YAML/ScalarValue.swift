/// A type that one scalar of a document can be.
protocol ScalarValue {
  /// What has to be written, for an error message.
  static var wanted: String { get }
  /// Nil when the node is something else, or does not fit.
  init?(_ node: YAMLNode)
}

extension Bool: ScalarValue {
  static var wanted: String { "true or false" }
  init?(_ node: YAMLNode) {
    guard case .bool(let value) = node.content else { return nil }
    self = value
  }
}

extension String: ScalarValue {
  static var wanted: String { "text; put it in quotes" }
  /// Numbers are taken as they are written: `1.10` stays `1.10`.
  init?(_ node: YAMLNode) {
    switch node.content {
    case .string(let text), .integer(_, let text), .number(_, let text): self = text
    default: return nil
    }
  }
}

extension Double: ScalarValue {
  static var wanted: String { "a number" }
  init?(_ node: YAMLNode) {
    switch node.content {
    case .integer(let value, _): self = Double(value)
    case .number(let value, _): self = value
    default: return nil
    }
  }
}

extension Float: ScalarValue {
  static var wanted: String { Double.wanted }
  init?(_ node: YAMLNode) {
    guard let value = Double(node) else { return nil }
    self = Float(value)
  }
}

extension ScalarValue where Self: FixedWidthInteger {
  static var wanted: String { "a whole number from \(Self.min) to \(Self.max)" }
  init?(_ node: YAMLNode) {
    switch node.content {
    case .integer(let value, _): self.init(exactly: value)
    case .number(_, let text): self.init(text, radix: 10)  // above Int64, as UInt64 can be
    default: return nil
    }
  }
}

extension Int: ScalarValue {}
extension Int8: ScalarValue {}
extension Int16: ScalarValue {}
extension Int32: ScalarValue {}
extension Int64: ScalarValue {}
extension UInt: ScalarValue {}
extension UInt8: ScalarValue {}
extension UInt16: ScalarValue {}
extension UInt32: ScalarValue {}
extension UInt64: ScalarValue {}
