public import PaperModel
public import Roles

/// Has the figures of a paper drawn.
public struct PlotHandler: ScientistHandler {
  public let stage = Stage.plot
  public let scientists: Scientists

  public init(_ scientists: Scientists) { self.scientists = scientists }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let paper = try await visit.paper(surroundings)
    let plotter = try scientists[paper.campaign.scientist].plotter
    let record = try await visit.result(ExperimentRecord.self, of: .design, surroundings)
    let figures = try await plotter.draw(paper, record, with: surroundings)
    return .finished(result: try await surroundings.keep(json: figures))
  }
}

/// Has a paper written.
public struct WriteHandler: ScientistHandler {
  public let stage = Stage.write
  public let scientists: Scientists

  public init(_ scientists: Scientists) { self.scientists = scientists }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let paper = try await visit.paper(surroundings)
    let author = try scientists[paper.campaign.scientist].author
    let manuscript = try await author.write(try await visit.material(paper, surroundings), with: surroundings)
    return .finished(result: try await surroundings.keep(json: manuscript))
  }
}

/// Has a paper reviewed.
public struct ReviewHandler: ScientistHandler {
  public let stage = Stage.review
  public let scientists: Scientists

  public init(_ scientists: Scientists) { self.scientists = scientists }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let paper = try await visit.paper(surroundings)
    let reviewer = try scientists[paper.campaign.scientist].reviewer
    let manuscript = try await visit.result(Manuscript.self, of: .write, surroundings)
    let review = try await reviewer.review(
      try await visit.material(paper, surroundings).submission(manuscript), with: surroundings)
    return .finished(result: try await surroundings.keep(json: review))
  }
}

extension StageVisit {
  func material(_ paper: PaperDefinition, _ surroundings: any Surroundings) async throws -> PaperMaterial {
    let design = try await result(ExperimentRecord.self, of: .design, surroundings)
    // A paper that was replayed from `design`, past the verdict that its idea is not new, has no verdict.
    let novelty: NoveltyVerdict =
      results[.novelty] == nil
      ? NoveltyVerdict(isNovel: false, reason: "Taken up without a verdict.", comparedWith: [])
      : try await result(NoveltyVerdict.self, of: .novelty, surroundings)
    return PaperMaterial(
      paper: paper, stream: stream, novelty: novelty, record: design,
      figures: try await result(FigureSet.self, of: .plot, surroundings), cost: spentBefore)
  }
}

extension PaperMaterial {
  func submission(_ manuscript: Manuscript) -> Submission {
    Submission(pdf: manuscript.pdf, material: self, manuscript: manuscript, prices: paper.campaign.prices)
  }
}
