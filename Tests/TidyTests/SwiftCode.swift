/// Swift as far as tidiness has to understand it.
enum SwiftCode {
  /// The lines with comments and the insides of string literals left out. Interpolations count as inside.
  static func withoutTexts(_ lines: [Substring]) -> [String] {
    var isInside = false
    return lines.map { line in
      let parts = line.split(separator: "\"\"\"", maxSplits: 2, omittingEmptySubsequences: false)
      if isInside {
        isInside = parts.count == 1
        return parts.count == 1 ? "" : withoutLiterals(parts[1])
      }
      isInside = parts.count == 2
      return withoutLiterals(parts[0])
    }
  }

  private static func withoutLiterals(_ line: Substring) -> String {
    var kept = ""
    var isQuoted = false
    var previous: Character = " "
    for character in line {
      if character == "\"" && !(isQuoted && previous == "\\") {
        isQuoted.toggle()
      } else if !isQuoted {
        if character == "/" && previous == "/" { return String(kept.dropLast()) }
        kept.append(character)
      }
      previous = isQuoted && previous == "\\" && character == "\\" ? " " : character
    }
    return kept
  }

  /// A function: where its declaration and its end stand, counted from 0.
  struct Function: Equatable {
    let first: Int
    let last: Int
  }

  /// The functions, found by their indentation, which the formatter keeps.
  static func functions(_ code: [String]) -> [Function] {
    code.indices.compactMap { first in
      let line = code[first]
      guard line.firstMatch(of: /^ *([a-z@][\w@()]* )*(func |init[?!]?[(<]|subscript[(<])/) != nil else { return nil }
      let indentation = line.prefix { $0 == " " }
      let last = code[first...].dropFirst().firstIndex { $0.hasPrefix(indentation + "}") }
      let next = code[first...].dropFirst().firstIndex { line in
        !line.isEmpty && line.prefix { $0 == " " }.count <= indentation.count && !line.hasPrefix(indentation + ")")
      }
      guard let last, last == next else { return nil }
      return Function(first: first, last: last)
    }
  }
}
