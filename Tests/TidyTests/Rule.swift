import Testing

/// What must hold of single files, and a file in which it does not.
struct Rule: Sendable, CustomTestStringConvertible {
  /// A sentence.
  let testDescription: String
  /// The lines of a file that break it, counted from 1, with what is wrong.
  let findings: @Sendable (ProjectFile) -> [Finding]
  /// A file that breaks the rule once.
  let plant: ProjectFile

  init(
    _ sentence: String, plant path: String, _ text: String,
    findings: @escaping @Sendable (ProjectFile) -> [Finding]
  ) {
    testDescription = sentence
    plant = ProjectFile(path: path, text: text)
    self.findings = findings
  }

  /// Lines of code that must not match, in the files that are meant.
  /// - Parameter words: one of them stands in every line that matches.
  static func forbidding(
    _ sentence: String, _ words: [String], where isWrong: @escaping @Sendable (String) -> Bool = { _ in true },
    plant path: String, _ text: String, in isMeant: @escaping @Sendable (ProjectFile) -> Bool
  ) -> Rule {
    Rule(sentence, plant: path, text) { file in
      guard isMeant(file), file.mentions(words) else { return [] }
      return file.code.indices.filter { index in
        words.contains { file.code[index].contains($0) } && isWrong(file.code[index])
      }.map { Finding(file, $0, "must not be here") }
    }
  }

  static let all = lengths + calls + imports + declarations + words + concurrency
}

/// A line that breaks a rule.
struct Finding: CustomStringConvertible {
  let description: String

  /// - Parameter index: of the line, from 0.
  init(_ file: ProjectFile, _ index: Int, _ what: String) {
    let line = file.lines.indices.contains(index) ? file.lines[index].trimmingPrefix { $0 == " " } : ""
    description = "\(file.path):\(index + 1): \(what): \(line.prefix(100))"
  }
}
