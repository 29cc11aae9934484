public import PaperModel
public import Roles

/// Plays every role as the test has set it, for tests of everything around a scientist.
public struct ScriptedScientist: Ideator, NoveltyJudge, Experimenter, Plotter, Author, Reviewer {
  public var ideas: [Idea] = []
  public var verdict = NoveltyVerdict(isNovel: true, reason: "Nobody had it.", comparedWith: [])
  public var plan: @Sendable (ExperimentProgress, any Surroundings) async throws -> ExperimentPlan = { _, _ in .wait }
  /// The title of the revised paper; nil if there is nothing to revise.
  public var revisedTitle: String?
  /// The overall score of a paper by its title; 5 if none is set.
  public var scores: [String: Int] = [:]
  /// The error that every role throws instead.
  public var failure: Failure?

  public init() {}

  public func named(_ name: String) -> Scientist {
    Scientist(
      name: name, ideator: self, noveltyJudge: self, experimenter: self, plotter: self, author: self, reviewer: self)
  }

  private func check() throws { if let failure { throw failure } }

  public func propose(
    _ count: Int, for campaign: CampaignDefinition, baseline: RunResult, seen: [IndexedIdea],
    with surroundings: any Surroundings
  ) async throws -> [Idea] {
    try check()
    return Array(ideas.prefix(count))
  }

  public func adopt(
    _ proposed: [ProposedIdea], for campaign: CampaignDefinition, with surroundings: any Surroundings
  ) async throws -> AdoptedIdeas {
    try check()
    var adopted = AdoptedIdeas()
    for idea in proposed {
      if let own = ideas.first(where: { $0.name == idea.name }) {
        adopted.add(own)
      } else {
        adopted.refuse(idea, "The script has no such idea.")
      }
    }
    return adopted
  }

  public func judge(
    _ idea: Idea, of campaign: CampaignDefinition, seen: [IndexedIdea], with surroundings: any Surroundings
  ) async throws -> NoveltyVerdict {
    try check()
    return verdict
  }

  public func plan(
    _ paper: PaperDefinition, after progress: ExperimentProgress, with surroundings: any Surroundings
  ) async throws -> ExperimentPlan {
    try check()
    return try await plan(progress, surroundings)
  }

  public func draw(
    _ paper: PaperDefinition, _ record: ExperimentRecord, with surroundings: any Surroundings
  ) async throws -> FigureSet {
    try check()
    return FigureSet(figures: [], code: FileTree([]), notes: record.notes)
  }

  public func write(_ material: PaperMaterial, with surroundings: any Surroundings) async throws -> Manuscript {
    try check()
    return try await Self.manuscript(material.paper.idea.title, in: surroundings)
  }

  public func revise(
    _ manuscript: Manuscript, after review: Review, _ material: PaperMaterial, with surroundings: any Surroundings
  ) async throws -> Manuscript? {
    try check()
    guard let revisedTitle else { return nil }
    return try await Self.manuscript(revisedTitle, in: surroundings)
  }

  public func review(_ submission: Submission, with surroundings: any Surroundings) async throws -> Review {
    try check()
    return Self.review(
      scores[submission.manuscript?.title ?? ""] ?? 5, submission.material?.novelty.reason ?? "Nothing but a PDF.")
  }

  /// A paper whose PDF is its title.
  public static func manuscript(_ title: String, in blobs: any BlobStore) async throws -> Manuscript {
    Manuscript(
      title: title, pdf: try await blobs.keep(Array(title.utf8)), source: FileTree([]), claims: [],
      layout: LayoutReport())
  }

  public static func review(_ overall: Int, _ summary: String = "") -> Review {
    Review(
      summary: summary, strengths: [], weaknesses: [], originality: 2, quality: 2, clarity: 2, significance: 2,
      questions: [], limitations: [], ethicalConcerns: false, soundness: 2, presentation: 2, contribution: 2,
      overall: overall, confidence: 3, decision: overall >= 6 ? "Accept" : "Reject", checklist: [])
  }
}
