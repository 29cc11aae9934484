internal import GrokkingTemplate

/// The templates that the binary brings along.
public enum BuiltInTemplates {
  /// Their names.
  public static let names = ["grokking"]

  /// The template of a name; nil where there is none.
  public static func named(_ name: String) -> TemplateContents? {
    switch name {
    case "grokking": TemplateContents(name: name, files: GrokkingTemplate.files)
    default: nil
    }
  }
}
