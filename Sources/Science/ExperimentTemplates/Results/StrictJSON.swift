/// JSON from untrusted code: parsed under limits, and every number is finite.
enum StrictJSON: Equatable {
  case null
  case boolean(Bool)
  case number(Double)
  case text(String)
  case list([StrictJSON])
  case object([String: StrictJSON])

  /// What is wrong with a document, and where: the names and item numbers on the path, and the byte.
  struct Problem: Error, Equatable, CustomStringConvertible {
    let byte: Int
    let path: [String]
    let reason: String

    var description: String {
      path.isEmpty ? "byte \(byte): \(reason)" : "\(path.joined(separator: ", ")): \(reason) (byte \(byte))"
    }
  }

  /// Parses a document of at most 16 levels and a million values.
  static func parse(_ bytes: [UInt8]) throws(Problem) -> StrictJSON {
    var parser = Parser(bytes: bytes)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.problem("something stands behind the value") }
    return value
  }

  private struct Parser {
    let bytes: [UInt8]
    var position = 0
    var values = 0
    var path: [String] = []

    init(bytes: [UInt8]) {
      self.bytes = bytes
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    func problem(_ reason: String) -> Problem { Problem(byte: position, path: path, reason: reason) }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
      while let byte = next, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
    }

    mutating func value(depth: Int) throws(Problem) -> StrictJSON {
      guard depth < 16 else { throw problem("it is nested deeper than 16 levels") }
      values += 1
      guard values <= 1_000_000 else { throw problem("it holds more than a million values") }
      skipSpace()
      switch next {
      case UInt8(ascii: "{"): return try object(depth: depth)
      case UInt8(ascii: "["): return try list(depth: depth)
      case UInt8(ascii: "\""): return .text(try text())
      case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte): return try number()
      default: return try word()
      }
    }

    private mutating func word() throws(Problem) -> StrictJSON {
      let rest = bytes[position...]
      for (spelling, value) in [("null", StrictJSON.null), ("true", .boolean(true)), ("false", .boolean(false))]
      where rest.starts(with: spelling.utf8) {
        position += spelling.utf8.count
        return value
      }
      for spelling in ["NaN", "Infinity"] where rest.starts(with: spelling.utf8) {
        throw problem("\(spelling) is not a finite number")
      }
      throw problem(next == nil ? "it ends too early" : "this is no JSON")
    }

    private mutating func number() throws(Problem) -> StrictJSON {
      let start = position
      if bytes[position...].starts(with: "-Infinity".utf8) { throw problem("-Infinity is not a finite number") }
      while let byte = next, "+-.eE0123456789".utf8.contains(byte) { position += 1 }
      let spelling = String(decoding: bytes[start..<position], as: UTF8.self)
      guard let number = Double(spelling), spelling.utf8.count <= 400 else { throw problem("this is no number") }
      guard number.isFinite else { throw problem("the number is too large") }
      return .number(number)
    }

    private mutating func text() throws(Problem) -> String {
      position += 1
      var out: [UInt8] = []
      while let byte = next {
        position += 1
        if byte == UInt8(ascii: "\"") {
          guard let text = String(validating: out, as: UTF8.self) else { throw problem("the text is not UTF-8") }
          return text
        }
        if byte == UInt8(ascii: "\\") { try escape(into: &out) } else { out.append(byte) }
      }
      throw problem("a text does not end")
    }

    private mutating func escape(into out: inout [UInt8]) throws(Problem) {
      guard let byte = next else { throw problem("a text does not end") }
      position += 1
      switch byte {
      case UInt8(ascii: "n"): out.append(0x0A)
      case UInt8(ascii: "t"): out.append(0x09)
      case UInt8(ascii: "r"): out.append(0x0D)
      case UInt8(ascii: "b"): out.append(0x08)
      case UInt8(ascii: "f"): out.append(0x0C)
      case UInt8(ascii: "u"): out += Array(String(try codePoint()).utf8)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
      default: throw problem("an escape that JSON does not know")
      }
    }

    private mutating func codePoint() throws(Problem) -> Character {
      let high = try fourDigits()
      if (0xD800...0xDBFF).contains(high), bytes[position...].starts(with: "\\u".utf8) {
        position += 2
        let low = try fourDigits()
        if (0xDC00...0xDFFF).contains(low),
          let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        {
          return Character(scalar)
        }
      }
      return Character(Unicode.Scalar(high) ?? "\u{FFFD}")
    }

    private mutating func fourDigits() throws(Problem) -> UInt32 {
      guard position + 4 <= bytes.count,
        let digits = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
      else { throw problem("an escape with fewer than four digits") }
      position += 4
      return digits
    }

    private mutating func list(depth: Int) throws(Problem) -> StrictJSON {
      position += 1
      var items: [StrictJSON] = []
      skipSpace()
      if next == UInt8(ascii: "]") {
        position += 1
        return .list([])
      }
      while true {
        path.append("item \(items.count + 1)")
        items.append(try value(depth: depth + 1))
        path.removeLast()
        if try endsAfterItem(closing: UInt8(ascii: "]")) { return .list(items) }
      }
    }

    private mutating func object(depth: Int) throws(Problem) -> StrictJSON {
      position += 1
      var entries: [String: StrictJSON] = [:]
      skipSpace()
      if next == UInt8(ascii: "}") {
        position += 1
        return .object([:])
      }
      while true {
        skipSpace()
        guard next == UInt8(ascii: "\"") else { throw problem("a name is expected here") }
        let name = try text()
        skipSpace()
        guard next == UInt8(ascii: ":") else { throw problem("a colon is expected here") }
        position += 1
        path.append("“\(name.prefix(60))”")
        guard entries.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
          throw problem("the name stands twice")
        }
        path.removeLast()
        if try endsAfterItem(closing: UInt8(ascii: "}")) { return .object(entries) }
      }
    }

    private mutating func endsAfterItem(closing: UInt8) throws(Problem) -> Bool {
      skipSpace()
      switch next {
      case closing:
        position += 1
        return true
      case UInt8(ascii: ","):
        position += 1
        return false
      default: throw problem("a comma or the end is expected here")
      }
    }
  }
}
