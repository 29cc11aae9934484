public import PaperModel

public protocol Ideator: Sendable {
  /// Proposes up to `count` distinct ideas, none of them among `seen`; fewer where there are no more. `seen` may lack
  /// ideas of other campaigns: a proposal that one of them has is asked for again, with that one among `seen`.
  func propose(
    _ count: Int, for campaign: CampaignDefinition, baseline: RunResult, seen: [IndexedIdea],
    with surroundings: any Surroundings
  ) async throws -> [Idea]

  /// Takes those of a person's ideas that this scientist can carry out, with their names, titles and texts as they are,
  /// and says of each other one why not. Called at submission, before anything is spent: its steps only read the
  /// template, and the same arguments give the same answer.
  func adopt(
    _ ideas: [ProposedIdea], for campaign: CampaignDefinition, with surroundings: any Surroundings
  ) async throws -> AdoptedIdeas
}
