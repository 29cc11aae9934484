extension Rule {
  /// Rules for declarations and their doc comments.
  static let declarations = [
    Rule(
      "every public type and every public function that throws has a doc comment",
      plant: "Sources/Core/A.swift",
      "/// A.\npublic struct A {\n  public let b: Int\n  public init(b: Int) { self.b = b }\n"
        + "  public func encode(to encoder: E) {\n  @inlinable\n  public func c() throws {}\n  public func stop() {}\n}"
    ) { file in
      guard file.isIn("Sources"), !file.isGenerated else { return [] }
      return file.code.indices.filter { needsComment(file, $0) && !isDocumented(file, $0) }.map {
        Finding(file, $0, "has no doc comment")
      }
    },
    Rule(
      "no doc comment only repeats a name",
      plant: "Sources/Core/A.swift",
      "struct Error {\n  /// An error.\n  init() {}\n  /// Never empty.\n  let name: String\n}\n"
        + "/// The file that the URL names.\nlet file: URL"
    ) { file in
      guard file.path.hasSuffix(".swift"), !file.isGenerated else { return [] }
      return file.lines.indices.filter { DocComment(file, at: $0)?.repeatsName ?? false }.map {
        Finding(file, $0, "says no more than the name")
      }
    },
  ]

  /// Other declarations, and witnesses, may say enough by their names.
  private static func needsComment(_ file: ProjectFile, _ index: Int) -> Bool {
    let line = file.code[index]
    guard line.drop(while: { $0 == " " }).hasPrefix("public ") else { return false }
    if let name = line.firstMatch(of: #/\bfunc ([^\s(<]+)/#) {
      let end = file.code[index...].firstIndex { $0.contains("{") } ?? index
      let canThrow = file.code[index...end].contains { $0.contains("throws") }
      return canThrow && !Requirements.names.contains(String(name.output.1))
    }
    return line.contains(#/^public (final |indirect )*(struct|class|enum|actor|typealias)\b/#)
  }

  /// Attributes may stand between a declaration and its comment.
  private static func isDocumented(_ file: ProjectFile, _ index: Int) -> Bool {
    let above = file.lines[..<index].reversed().first { line in
      !["@", "#if", "#else"].contains { line.trimmingPrefix { $0 == " " }.hasPrefix($0) }
    }
    return above?.trimmingPrefix { $0 == " " }.hasPrefix("///") ?? false
  }
}

/// The names of protocol requirements: those of the sources, and Swift's own. A witness is documented where it is
/// required.
private enum Requirements {
  static let names: Set<String> = {
    var names: Set = ["encode", "hash", "next", "makeAsyncIterator", "makeIterator", "==", "<"]
    for file in Project.sources where file.mentions(["protocol "]) {
      var indentation: Int?
      for line in file.code {
        let depth = line.utf8.prefix { $0 == UInt8(ascii: " ") }.count
        if line.contains(#/\bprotocol \w+.*\{$/#) {
          indentation = depth
        } else if let outer = indentation {
          if line.contains("}"), depth == outer { indentation = nil }
          if let name = line.firstMatch(of: #/func ([^\s(<]+)/#) { names.insert(String(name.output.1)) }
        }
      }
    }
    return names
  }()
}
