public import PaperModel

public protocol Ideator: Sendable {
  /// Proposes up to `count` distinct ideas, none of them among `seen`; fewer if there are no more. `seen` may lack
  /// ideas of other campaigns: for a proposal that another campaign has, the ideator is called again, with that idea
  /// among `seen`.
  func propose(
    _ count: Int, for campaign: CampaignDefinition, baseline: RunResult, seen: [IndexedIdea],
    with surroundings: any Surroundings
  ) async throws -> [Idea]

  /// Takes those of a person's ideas that this scientist can carry out, with their names, titles and texts as they are,
  /// and gives a reason for each other one. Called at submission, before anything is spent: its steps only read the
  /// template, and the same arguments yield the same answer.
  func adopt(
    _ ideas: [ProposedIdea], for campaign: CampaignDefinition, with surroundings: any Surroundings
  ) async throws -> AdoptedIdeas
}
