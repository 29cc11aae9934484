public import PaperModel
public import Roles

/// Has an idea judged against those that came before it.
public struct NoveltyHandler: ScientistHandler {
  /// The most ideas of one kind that are read: studies of the same setting, and ideas that are not studies.
  private static let mostRead = 500
  /// The most ideas that a judge is given, so that a step's result stays small.
  private static let mostCompared = 50

  public let stage = Stage.novelty
  public let scientists: Scientists
  private let index: any IdeaIndex

  public init(_ scientists: Scientists, index: any IdeaIndex) {
    self.scientists = scientists
    self.index = index
  }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let paper = try await visit.paper(surroundings)
    let judge = try scientists[paper.campaign.scientist].noveltyJudge
    let seen = try await earlier(than: paper, surroundings)
    let verdict = try await judge.judge(paper.idea, of: paper.campaign, seen: seen, with: surroundings)
    guard verdict.isNovel else {
      throw Failure(
        kind: "notNovel", "The idea is not new: \(verdict.reason)",
        advice: "Discard it, or replay it from `design` to go on all the same.")
    }
    return .finished(result: try await surroundings.keep(json: verdict))
  }

  /// The ideas that came before a paper's own, among those that it could repeat. Later ones don't count, or two
  /// campaigns with one idea would each rule the other out; the reservations say which of them was first.
  private func earlier(than paper: PaperDefinition, _ surroundings: any Surroundings) async throws -> [IndexedIdea] {
    let own = IndexedIdea(
      paper.idea, on: paper.campaign.template.name, campaign: paper.campaign.name, ordinal: paper.ordinal)
    let index = index
    return try await surroundings.step("ideas.compare", request: own, reserving: .zero) { _ in
      // The ideas of campaigns that an older version opened are reserved here.
      let standing = try await index.reserve(own)
      var others = try await index.ideas(on: own.key.template, subject: own.key.subject, most: Self.mostRead)
      if !own.key.subject.isEmpty {
        others += try await index.ideas(on: own.key.template, subject: "", most: Self.mostRead)
      }
      others = others.filter { $0.key != own.key && IndexedIdea.isEarlier($0, standing) }
      let before = Self.nearest(others, to: own)
      return Settled(standing.campaign == own.campaign ? before : [standing] + before, charge: .none)
    }
  }

  /// Ideas that share a value come first, the newest of each kind first.
  private static func nearest(_ ideas: [IndexedIdea], to own: IndexedIdea) -> [IndexedIdea] {
    let values = own.values
    let newest = ideas.sorted { IndexedIdea.isEarlier($1, $0) }
    let sharing = newest.filter { !$0.values.isDisjoint(with: values) }
    return Array((sharing + newest.filter { $0.values.isDisjoint(with: values) }).prefix(mostCompared))
  }
}
