public import PaperModel

/// A picture with a caption below.
public struct PaperFigure: Hashable, Sendable, Codable {
  /// The name by which text refers to it, e.g. `effect`.
  public var name: String
  /// The picture's file name within `figures/`, ending in `.pdf`, `.png` or `.jpg`.
  public var file: String
  public var blob: BlobReference
  public var caption: Prose
  /// The width: a share of the text's width, above 0 and at most 1.
  public var width: Double

  public init(name: String, file: String, blob: BlobReference, caption: Prose, width: Double = 0.9) {
    self.name = name
    self.file = file
    self.blob = blob
    self.caption = caption
    self.width = width
  }
}
