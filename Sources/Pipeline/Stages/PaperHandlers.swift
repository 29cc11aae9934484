public import PaperModel
public import Roles

/// Draws the figures.
public struct PlotHandler: StageHandler {
  public let stage = Stage.plot
  private let plotter: any Plotter

  public init(_ plotter: any Plotter) { self.plotter = plotter }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let record = try await visit.result(ExperimentRecord.self, of: .design, surroundings)
    let figures = try await plotter.draw(try await visit.paper(surroundings), record, with: surroundings)
    return .finished(result: try await surroundings.keep(json: figures))
  }
}

/// Writes the paper.
public struct WriteHandler: StageHandler {
  public let stage = Stage.write
  private let author: any Author

  public init(_ author: any Author) { self.author = author }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let manuscript = try await author.write(try await visit.material(surroundings), with: surroundings)
    return .finished(result: try await surroundings.keep(json: manuscript))
  }
}

/// Has the paper reviewed.
public struct ReviewHandler: StageHandler {
  public let stage = Stage.review
  private let reviewer: any Reviewer

  public init(_ reviewer: any Reviewer) { self.reviewer = reviewer }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let manuscript = try await visit.result(Manuscript.self, of: .write, surroundings)
    let review = try await reviewer.review(
      try await visit.material(surroundings).submission(manuscript), with: surroundings)
    return .finished(result: try await surroundings.keep(json: review))
  }
}

/// Has the author act on the review, once, has the new version reviewed, and keeps the better one.
public struct ReviseHandler: StageHandler {
  public let stage = Stage.revise
  private let author: any Author
  private let reviewer: any Reviewer

  public init(_ author: any Author, _ reviewer: any Reviewer) {
    self.author = author
    self.reviewer = reviewer
  }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let manuscript = try await visit.result(Manuscript.self, of: .write, surroundings)
    let review = try await visit.result(Review.self, of: .review, surroundings)
    let material = try await visit.material(surroundings)
    let kept = Revision(
      manuscript: manuscript, review: review, isRevised: false,
      reason: "The review found nothing that a revision could mend.")
    guard let revised = try await author.revise(manuscript, after: review, material, with: surroundings) else {
      return .finished(result: try await surroundings.keep(json: kept))
    }
    let second = try await reviewer.review(material.submission(revised), with: surroundings)
    return .finished(result: try await surroundings.keep(json: Self.better(kept, revised, second)))
  }

  /// The revised version, unless its review is worse.
  static func better(_ first: Revision, _ revised: Manuscript, _ review: Review) -> Revision {
    if review.overall < first.review.overall {
      return Revision(
        manuscript: first.manuscript, review: first.review, isRevised: false,
        reason: "The revised version was scored \(review.overall), the first one \(first.review.overall).")
    }
    return Revision(
      manuscript: revised, review: review, isRevised: true,
      reason: "The revised version was scored \(review.overall), the first one \(first.review.overall).")
  }
}

extension StageVisit {
  func material(_ surroundings: any Surroundings) async throws -> PaperMaterial {
    let design = try await result(ExperimentRecord.self, of: .design, surroundings)
    // A paper that was taken up from `design` after its idea was found not to be new has no verdict.
    let novelty: NoveltyVerdict =
      results[.novelty] == nil
      ? NoveltyVerdict(isNovel: false, reason: "Taken up without a verdict.", comparedWith: [])
      : try await result(NoveltyVerdict.self, of: .novelty, surroundings)
    return PaperMaterial(
      paper: try await paper(surroundings), stream: stream, novelty: novelty, record: design,
      figures: try await result(FigureSet.self, of: .plot, surroundings), cost: spentBefore)
  }
}

extension PaperMaterial {
  func submission(_ manuscript: Manuscript) -> Submission {
    Submission(pdf: manuscript.pdf, material: self, manuscript: manuscript, prices: paper.campaign.prices)
  }
}
