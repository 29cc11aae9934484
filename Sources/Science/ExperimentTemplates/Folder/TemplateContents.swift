public import PaperModel

/// A template as bytes: its files by their paths.
public struct TemplateContents: Hashable, Sendable {
  /// Its name, e.g. `grokking`.
  public let name: String
  public let files: [String: [UInt8]]
  /// What was passed over or is odd about the folder that it was read from.
  public let findings: [TemplateFinding]

  public init(name: String, files: [String: [UInt8]], findings: [TemplateFinding] = []) {
    self.name = name
    self.files = files
    self.findings = findings
  }

  /// Keeps the files, and names them as a campaign does.
  public func keep(in blobs: any BlobStore) async throws -> TemplateBundle {
    var kept: [FileTree.File] = []
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
      kept.append(.init(path: path, blob: try await blobs.keep(bytes)))
    }
    return TemplateBundle(name: name, files: FileTree(kept))
  }
}
