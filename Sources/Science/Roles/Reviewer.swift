public import PaperModel

public protocol Reviewer: Sendable {
  /// Reviews a PDF on a conference's form, with the records of its runs if the submission has them.
  func review(_ submission: Submission, with surroundings: any Surroundings) async throws -> Review
}
