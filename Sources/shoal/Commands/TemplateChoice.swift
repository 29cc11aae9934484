import ExperimentTemplates
import PaperModel

/// A template by its name or its folder.
enum TemplateChoice {
  /// Its files, in memory.
  static func contents(_ choice: String) throws -> TemplateContents {
    if !choice.contains("/"), let builtIn = BuiltInTemplates.named(choice) { return builtIn }
    return try TemplateFolder.read(Settings.absolute(choice))
  }

  /// Its files, kept in the blob store.
  static func bundle(_ choice: String, _ blobs: any BlobStore) async throws -> TemplateBundle {
    let contents = try contents(choice)
    var files: [FileTree.File] = []
    for (path, bytes) in contents.files { files.append(FileTree.File(path: path, blob: try await blobs.keep(bytes))) }
    return TemplateBundle(name: contents.name, files: FileTree(files))
  }
}
