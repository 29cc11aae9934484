import Foundation

/// A text file of the project.
struct ProjectFile: Sendable {
  /// The path relative to the project's folder.
  let path: String
  let lines: [Substring]
  /// The lines without comments and without the contents of string literals; for Swift only.
  let code: [String]

  private let text: String

  init(path: String, text: String) {
    self.path = path
    self.text = text
    lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Substring.init)
    code = path.hasSuffix(".swift") ? SwiftCode.withoutTexts(lines) : []
  }

  var isGenerated: Bool { path.contains("/Generated/") }
  /// Whether it contains one of these words: a quick test, so that few files are examined closely.
  func mentions(_ words: [String]) -> Bool { words.contains { strstr(text, $0) != nil } }
  /// Whether it lies below a folder.
  func isIn(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }
}

/// The project's files.
enum Project {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// All files that people wrote; neither build output nor this target, whose plants are violations.
  static let files: [ProjectFile] = {
    let top = ["Package.swift", "Makefile", "README.md", "ARCHITECTURE.md", "CHANGELOG.md", ".ci/run"]
    let folders = ["Sources", "Tests", "docs", "protos", "deploy", "bench"]
    let below = folders.flatMap { folder in
      (FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)?.compactMap { $0 as? String }
        ?? []).map { "\(folder)/\($0)" }
    }
    return (top + below.sorted()).compactMap(file)
  }()

  static let sources = files.filter { $0.isIn("Sources") && $0.path.hasSuffix(".swift") }

  static func file(_ path: String) -> ProjectFile? {
    let isSkipped = ["Tests/TidyTests/", "bench/out/"].contains { path.hasPrefix($0) } || path.contains("__pycache__")
    if isSkipped { return nil }
    guard let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8) else { return nil }
    return ProjectFile(path: path, text: text)
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }
}
