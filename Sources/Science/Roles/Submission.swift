public import PaperModel

/// The input of a review.
public struct Submission: Sendable {
  public let pdf: BlobReference
  /// The material of the paper; nil for a PDF from elsewhere.
  public let material: PaperMaterial?
  /// The typeset paper; nil for a PDF from elsewhere.
  public let manuscript: Manuscript?
  public let prices: Prices

  public init(pdf: BlobReference, material: PaperMaterial?, manuscript: Manuscript?, prices: Prices) {
    self.pdf = pdf
    self.material = material
    self.manuscript = manuscript
    self.prices = prices
  }
}
