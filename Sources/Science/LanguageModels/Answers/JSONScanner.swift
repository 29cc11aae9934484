/// Follows JSON byte by byte: within a string or not, and within which objects and arrays. It checks nothing: JSON is
/// read by Foundation's decoder.
struct JSONScanner {
  private(set) var isInString = false
  private var isEscaped = false
  /// The brackets that are open, outermost first.
  private(set) var open: [UInt8] = []

  var isInArray: Bool { open.contains(UInt8(ascii: "[")) }

  /// Takes the next byte.
  /// - Returns: whether it is a part of a string, its quotes included.
  @discardableResult mutating func take(_ byte: UInt8) -> Bool {
    if isInString {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInString = false
      }
      return true
    }
    switch byte {
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): open.append(byte)
    case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
    default: break
    }
    return isInString
  }
}

extension UInt8 {
  /// Whether JSON allows the byte between its tokens.
  var isJSONSpace: Bool { self == 0x20 || self == 0x0a || self == 0x0d || self == 0x09 }
}
