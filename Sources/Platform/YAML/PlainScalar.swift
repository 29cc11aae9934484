extension YAMLNode.Content {
  /// The meaning of an unquoted scalar by YAML 1.2's core schema; numbers may not have underscores.
  init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE": self = .bool(true)
    case "false", "False", "FALSE": self = .bool(false)
    default: self = Self.number(plain: text) ?? .string(text)
    }
  }

  private static func number(plain text: String) -> Self? {
    if let integer = Int64(text) { return .integer(integer, text: text) }
    if text.hasPrefix("0x"), let integer = Int64(text.dropFirst(2), radix: 16) { return .integer(integer, text: text) }
    if text.hasPrefix("0o"), let integer = Int64(text.dropFirst(2), radix: 8) { return .integer(integer, text: text) }
    var unsigned = Substring(text)
    if let sign = unsigned.first, sign == "-" || sign == "+" { unsigned.removeFirst() }
    switch unsigned {
    case ".inf", ".Inf", ".INF": return .number(text.hasPrefix("-") ? -.infinity : .infinity, text: text)
    case ".nan", ".NaN", ".NAN": return unsigned == text ? .number(.nan, text: text) : nil
    default: break
    }
    // Double takes "nan", "inf" and hexadecimal too, which are text here.
    guard let first = unsigned.utf8.first, first == UInt8(ascii: ".") || isDigit(first) else { return nil }
    guard unsigned.utf8.allSatisfy({ isDigit($0) || ".eE+-".utf8.contains($0) }) else { return nil }
    return Double(text).map { .number($0, text: text) }
  }

  private static func isDigit(_ character: UInt8) -> Bool {
    character >= UInt8(ascii: "0") && character <= UInt8(ascii: "9")
  }
}
