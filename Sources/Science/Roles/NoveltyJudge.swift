public import PaperModel

public protocol NoveltyJudge: Sendable {
  /// Compares an idea with those in `seen`: at most about fifty that came before it, the nearest first.
  func judge(
    _ idea: Idea, of campaign: CampaignDefinition, seen: [IndexedIdea], with surroundings: any Surroundings
  ) async throws -> NoveltyVerdict
}
