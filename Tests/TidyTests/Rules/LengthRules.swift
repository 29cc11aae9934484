extension Rule {
  /// Limits on the length of files, lines and functions.
  static let lengths = [
    Rule(
      "no file has more than 500 lines",
      plant: "Sources/A.swift", String(repeating: "\n", count: 501)
    ) { file in
      let isMeant = !file.isGenerated && [".swift", ".py", ".proto"].contains { file.path.hasSuffix($0) }
      return isMeant && file.lines.count > 501 ? [Finding(file, 500, "goes on for \(file.lines.count - 1) lines")] : []
    },
    Rule(
      "no line has more than 120 characters",
      plant: "Sources/A.swift", "let a = \(String(repeating: "1", count: 113))"
    ) { file in
      guard file.path.hasSuffix(".swift") || file.path.hasSuffix(".py") || file.path.hasSuffix(".proto") else {
        return []
      }
      return file.lines.enumerated().filter { $0.element.utf8.count > 120 && $0.element.count > 120 }.map {
        Finding(file, $0.offset, "\($0.element.count) characters")
      }
    },
    Rule(
      "no function has more than 70 lines",
      plant: "Sources/A.swift", "func a() {\n" + String(repeating: "  b()\n", count: 69) + "}"
    ) { file in
      guard !file.isGenerated else { return [] }
      return SwiftCode.functions(file.code).filter { $0.last - $0.first + 1 > 70 }.map {
        Finding(file, $0.first, "\($0.last - $0.first + 1) lines")
      }
    },
  ]
}
