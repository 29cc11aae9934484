import Testing

/// A rule for single files, and a file that breaks it.
struct Rule: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The lines of a file that break it, counted from 1, with the reason.
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

  /// Lines of code that must not match, in the chosen files.
  /// - Parameter words: every matching line contains one of them.
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
