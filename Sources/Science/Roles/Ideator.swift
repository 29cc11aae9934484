public import PaperModel

public protocol Ideator: Sendable {
  /// Proposes up to `count` distinct ideas, none of them among `seen`; fewer where there are no more.
  func propose(
    _ count: Int, for campaign: CampaignDefinition, baseline: RunResult, seen: [Idea],
    with surroundings: any Surroundings
  ) async throws -> [Idea]
}
