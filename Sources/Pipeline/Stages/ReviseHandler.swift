public import PaperModel
public import Roles

/// Has the author act on the review once, has the new version reviewed, and keeps the better one.
public struct ReviseHandler: ScientistHandler {
  public let stage = Stage.revise
  public let scientists: Scientists

  public init(_ scientists: Scientists) { self.scientists = scientists }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let paper = try await visit.paper(surroundings)
    let scientist = try scientists[paper.campaign.scientist]
    let manuscript = try await visit.result(Manuscript.self, of: .write, surroundings)
    let review = try await visit.result(Review.self, of: .review, surroundings)
    let material = try await visit.material(paper, surroundings)
    let kept = Revision(
      manuscript: manuscript, review: review, isRevised: false,
      reason: "The review found nothing that a revision could mend.")
    guard let revised = try await scientist.author.revise(manuscript, after: review, material, with: surroundings)
    else { return .finished(result: try await surroundings.keep(json: kept)) }
    let second = try await scientist.reviewer.review(material.submission(revised), with: surroundings)
    return .finished(result: try await surroundings.keep(json: Self.better(kept, revised, second)))
  }

  /// The revised version, unless its review is worse.
  static func better(_ first: Revision, _ revised: Manuscript, _ review: Review) -> Revision {
    let reason = "The revised version was scored \(review.overall), the first one \(first.review.overall)."
    if review.overall < first.review.overall {
      return Revision(manuscript: first.manuscript, review: first.review, isRevised: false, reason: reason)
    }
    return Revision(manuscript: revised, review: review, isRevised: true, reason: reason)
  }
}
