internal import PaperModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#endif

/// Reads a template directory, also one of v1.
public enum TemplateFolder {
  /// The most bytes of a template.
  public static let byteLimit = 200_000_000
  /// The most files of a template.
  public static let fileLimit = 2_000

  /// The files of a folder. Generated files (`run_*`, caches, hidden files) are skipped, and so is every link that
  /// leads out of the folder.
  /// - Parameter name: the name of the template; the folder's own name if nil.
  /// - Throws: `TemplateError` if the folder can't be read or exceeds a limit.
  public static func read(_ path: String, named name: String? = nil) throws(TemplateError) -> TemplateContents {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else {
      throw .unreadable(path: path, reason: "it is no folder")
    }
    var walk = Walk(root: path, realRoot: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    try walk.visit("", depth: 0)
    let name = name ?? walk.realRoot.split(separator: "/").last.map(String.init) ?? "template"
    return TemplateContents(name: name, files: walk.files, findings: walk.findings)
  }

  private struct Walk {
    let root: String
    let realRoot: String
    var files: [String: [UInt8]] = [:]
    var total = 0
    var findings: [TemplateFinding] = []

    mutating func visit(_ folder: String, depth: Int) throws(TemplateError) {
      guard depth <= 16 else { throw .tooLarge(path: root, limit: "16 levels of folders") }
      let place = folder.isEmpty ? root : "\(root)/\(folder)"
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: place) else {
        throw .unreadable(path: place, reason: "the folder can't be listed")
      }
      for name in names.sorted() where !isLeftBehind(name, in: folder) {
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        guard FileTree.isPath(path) else { throw .badPath(path) }
        try take(path, depth: depth)
      }
    }

    private mutating func take(_ path: String, depth: Int) throws(TemplateError) {
      let place = "\(root)/\(path)"
      guard let facts = try? FileManager.default.attributesOfItem(atPath: place),
        let type = facts[.type] as? FileAttributeType
      else { throw .unreadable(path: place, reason: "it can't be looked at") }
      switch type {
      case .typeDirectory: try visit(path, depth: depth + 1)
      case .typeRegular: try keep(path, from: place, size: Self.size(facts))
      case .typeSymbolicLink: try follow(path, place)
      default: findings.append(.init(.note, path, "This is neither a file nor a folder and is passed over."))
      }
    }

    private mutating func follow(_ path: String, _ place: String) throws(TemplateError) {
      let target = URL(fileURLWithPath: place).resolvingSymlinksInPath().path
      let facts = try? FileManager.default.attributesOfItem(atPath: target)
      guard target.hasPrefix(realRoot + "/"), let facts, facts[.type] as? FileAttributeType == .typeRegular else {
        findings.append(
          .init(
            .warning, path, "This link does not lead to a file of the template and is passed over.",
            advice: "Copy what it leads to into the template."))
        return
      }
      try keep(path, from: target, size: Self.size(facts))
    }

    private mutating func keep(_ path: String, from place: String, size: Int) throws(TemplateError) {
      guard total + size <= byteLimit else { throw .tooLarge(path: root, limit: "200 MB") }
      guard files.count < fileLimit else { throw .tooLarge(path: root, limit: "\(fileLimit) files") }
      guard let bytes = FileManager.default.contents(atPath: place) else {
        throw .unreadable(path: place, reason: "the file can't be opened")
      }
      total += bytes.count
      guard total <= byteLimit else { throw .tooLarge(path: root, limit: "200 MB") }
      files[path] = [UInt8](bytes)
    }

    private func isLeftBehind(_ name: String, in folder: String) -> Bool {
      if name.hasPrefix(".") || name == "__pycache__" || name.hasSuffix(".pyc") { return true }
      return folder.isEmpty && name.hasPrefix("run_")
        && name.dropFirst(4).utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func size(_ facts: [FileAttributeKey: Any]) -> Int {
      (facts[.size] as? any BinaryInteger).map { Int(clamping: $0) } ?? 0
    }
  }
}
