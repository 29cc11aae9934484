import ExperimentTemplates
import PaperModel

/// A template by its name or its folder.
enum TemplateChoice {
  /// Its files, in memory.
  static func contents(_ choice: String) throws -> TemplateContents {
    if !choice.contains("/"), let builtIn = BuiltInTemplates.named(choice) { return builtIn }
    return try TemplateFolder.read(Settings.absolute(choice), named: folderName(choice))
  }

  /// Its files, kept in the blob store.
  static func bundle(_ choice: String, _ blobs: any BlobStore) async throws -> TemplateBundle {
    try await contents(choice).keep(in: blobs)
  }
}

extension TemplateChoice {
  /// The last part of a path.
  private static func folderName(_ path: String) -> String {
    Settings.absolute(path).split(separator: "/").last { $0 != "." }.map(String.init) ?? "template"
  }
}
