public import PaperModel

public protocol NoveltyJudge: Sendable {
  /// Compares an idea with the ideas in `seen`.
  func judge(
    _ idea: Idea, of campaign: CampaignDefinition, seen: [Idea], with surroundings: any Surroundings
  ) async throws -> NoveltyVerdict
}
