public import PaperModel

public protocol Ideator: Sendable {
  /// Proposes up to `count` distinct ideas, none of them among `seen`; fewer where there are no more. `seen` may lack
  /// ideas of other campaigns: a proposal that one of them has is asked for again, with that one among `seen`.
  func propose(
    _ count: Int, for campaign: CampaignDefinition, baseline: RunResult, seen: [IndexedIdea],
    with surroundings: any Surroundings
  ) async throws -> [Idea]
}
