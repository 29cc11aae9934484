/// Parses Swift as far as the rules need it.
enum SwiftCode {
  /// The lines without comments and without the contents of string literals. Interpolations count as contents.
  static func withoutTexts(_ lines: [Substring]) -> [String] {
    var isInside = false
    return lines.map { line in
      // Most lines have neither, and this runs over all of the project.
      let bytes = Array(line.utf8)
      if isInside {
        guard let end = triple(bytes) else { return "" }
        isInside = false
        return withoutLiterals(bytes[(end + 3)...])
      }
      guard let begin = triple(bytes) else { return withoutLiterals(bytes[...]) }
      isInside = triple(bytes, from: begin + 3) == nil
      return withoutLiterals(bytes[..<begin])
    }
  }

  /// The position of three quotation marks.
  private static func triple(_ bytes: [UInt8], from first: Int = 0) -> Int? {
    var count = 0
    for index in first..<max(first, bytes.count) {
      count = bytes[index] == UInt8(ascii: "\"") ? count + 1 : 0
      if count == 3 { return index - 2 }
    }
    return nil
  }

  private static func withoutLiterals(_ line: ArraySlice<UInt8>) -> String {
    var kept: [UInt8] = []
    var isQuoted = false
    var previous = UInt8(ascii: " ")
    for byte in line {
      if byte == UInt8(ascii: "\""), !(isQuoted && previous == UInt8(ascii: "\\")) {
        isQuoted.toggle()
      } else if !isQuoted {
        if byte == UInt8(ascii: "/"), previous == byte { return String(decoding: kept.dropLast(), as: UTF8.self) }
        kept.append(byte)
      }
      // A backslash that is itself escaped escapes nothing.
      previous = isQuoted && previous == UInt8(ascii: "\\") && byte == previous ? 0 : byte
    }
    return String(decoding: kept, as: UTF8.self)
  }

  /// A function, with its first and last line, counted from 0.
  struct Function: Equatable {
    let first: Int
    let last: Int
  }

  /// The functions, found by their indentation, which the formatter fixes.
  static func functions(_ code: [String]) -> [Function] {
    code.indices.compactMap { first in
      let line = code[first]
      let indentation = String(repeating: " ", count: line.utf8.prefix { $0 == UInt8(ascii: " ") }.count)
      guard isHead(line) else { return nil }
      let last = code[first...].dropFirst().firstIndex { $0.hasPrefix(indentation + "}") }
      let next = code[first...].dropFirst().firstIndex { line in
        let depth = line.utf8.prefix { $0 == UInt8(ascii: " ") }.count
        return !line.isEmpty && depth <= indentation.utf8.count && !line.hasPrefix(indentation + ")")
      }
      guard let last, last == next else { return nil }
      return Function(first: first, last: last)
    }
  }
  private static func isHead(_ line: String) -> Bool {
    guard ["func ", "init", "subscript"].contains(where: { line.contains($0) }) else { return false }
    return line.firstMatch(of: #/^ *([a-z@][\w@()]* )*(func |init[?!]?[(<]|subscript[(<])/#) != nil
  }
}
