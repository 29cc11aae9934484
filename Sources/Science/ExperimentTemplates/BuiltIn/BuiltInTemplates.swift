internal import CharLMTemplate
internal import Diffusion2DTemplate
internal import GrokkingTemplate

/// The templates that are part of the binary.
public enum BuiltInTemplates {
  /// Their names.
  public static let names = ["grokking", "diffusion2d", "charlm"]

  /// The template of a name; nil if there is none.
  public static func named(_ name: String) -> TemplateContents? {
    switch name {
    case "grokking": TemplateContents(name: name, files: GrokkingTemplate.files)
    case "diffusion2d": TemplateContents(name: name, files: Diffusion2DTemplate.files)
    case "charlm": TemplateContents(name: name, files: CharLMTemplate.files)
    default: nil
    }
  }
}
