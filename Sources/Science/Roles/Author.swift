public import PaperModel

/// Writes a paper, and revises it.
public protocol Author: Sendable {
  /// The paper, typeset and checked.
  func write(_ material: PaperMaterial, with surroundings: any Surroundings) async throws -> Manuscript
  /// A version that acts on a review; nil if the review asks for nothing that the author can change.
  func revise(
    _ manuscript: Manuscript, after review: Review, _ material: PaperMaterial, with surroundings: any Surroundings
  ) async throws -> Manuscript?
}
