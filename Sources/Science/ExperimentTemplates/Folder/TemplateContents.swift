public import PaperModel

/// A template in memory: its files by path.
public struct TemplateContents: Hashable, Sendable {
  /// Its name, e.g. `grokking`.
  public let name: String
  public let files: [String: [UInt8]]
  /// The skipped and unusual files of the folder that it was read from.
  public let findings: [TemplateFinding]

  public init(name: String, files: [String: [UInt8]], findings: [TemplateFinding] = []) {
    self.name = name
    self.files = files
    self.findings = findings
  }

  /// The names of the Python modules and packages in its top folder.
  public var modules: [String] {
    let scripts = files.keys.filter { $0.hasSuffix(".py") }
    let names = scripts.map { path in path.split(separator: "/")[0] }
    return Set(names.map { $0.hasSuffix(".py") ? String($0.dropLast(3)) : String($0) }).sorted()
  }

  /// Stores the files, and refers to them as a campaign definition does.
  public func keep(in blobs: any BlobStore) async throws -> TemplateBundle {
    var kept: [FileTree.File] = []
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
      kept.append(.init(path: path, blob: try await blobs.keep(bytes)))
    }
    return TemplateBundle(name: name, files: FileTree(kept))
  }
}
