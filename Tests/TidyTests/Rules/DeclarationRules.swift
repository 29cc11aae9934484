extension Rule {
  /// What holds of declarations.
  static let declarations = [
    Rule(
      "every public declaration has a doc comment",
      plant: "Sources/Core/A.swift", "/// A.\npublic struct A {\n  @usableFromInline\n  public let b: Int\n}"
    ) { file in
      guard file.isIn("Sources"), !file.isGenerated else { return [] }
      return file.code.indices.filter { isPublic(file.code[$0]) && !isDocumented(file, $0) }.map {
        Finding(file, $0, "has no doc comment")
      }
    }
  ]

  private static func isPublic(_ line: String) -> Bool {
    let words = line.utf8.drop { $0 == UInt8(ascii: " ") }
    guard words.starts(with: "public ".utf8) else { return false }
    let next = String(Substring(words.dropFirst(7)))
    return !["import ", "extension ", "override "].contains { next.hasPrefix($0) }
  }

  /// Attributes may stand between a declaration and its comment.
  private static func isDocumented(_ file: ProjectFile, _ index: Int) -> Bool {
    let above = file.lines[..<index].reversed().first { line in
      !["@", "#if", "#else"].contains { line.trimmingPrefix { $0 == " " }.hasPrefix($0) }
    }
    return above?.trimmingPrefix { $0 == " " }.hasPrefix("///") ?? false
  }
}
