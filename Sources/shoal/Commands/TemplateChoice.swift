import CommandTable
import ExperimentTemplates
import Glibc
import PaperModel

/// A template, chosen by its name or folder.
enum TemplateChoice {
  /// Its files, in memory.
  static func contents(_ choice: String) throws -> TemplateContents {
    if !choice.contains("/") {
      if let builtIn = BuiltInTemplates.named(choice) { return builtIn }
      if access(Settings.absolute(choice), F_OK) != 0 { throw UnknownTemplate(choice) }
    }
    return try TemplateFolder.read(Settings.absolute(choice), named: folderName(choice))
  }

  /// Its files, stored in the blob store.
  static func bundle(_ choice: String, _ blobs: any BlobStore) async throws -> TemplateBundle {
    try await contents(choice).keep(in: blobs)
  }
}

extension TemplateChoice {
  /// The last component of a path.
  private static func folderName(_ path: String) -> String {
    Settings.absolute(path).split(separator: "/").last { $0 != "." }.map(String.init) ?? "template"
  }
}

/// The template is neither built in nor a folder.
struct UnknownTemplate: Error, CustomStringConvertible {
  let description: String

  init(_ choice: String) {
    let names = BuiltInTemplates.names
    description =
      "There is no template \"\(choice)\", neither built in nor as a folder\(question(for: choice, among: names)). "
      + "The built-in ones are \(names.joined(separator: ", ")) (shoal template list)."
  }
}
