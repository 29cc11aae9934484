import PaperModel
import Roles
import Stages
import SweepScientist

/// The scientists of this build. A new one is a line in `all`.
enum BuiltInScientists {
  private struct Entry: Sendable {
    let name: String
    let need: @Sendable (Stage) -> StageNeed
    let runs: @Sendable (Idea?) -> Int
    let make: @Sendable (any ProgramRunner) -> Scientist
  }

  private static let all = [
    Entry(
      name: SweepScientist.name, need: { SweepScientist.need(of: $0) },
      runs: { SweepScientist.usualRuns(of: $0) }, make: { SweepScientist.make(runner: $0) })
  ]

  static let names = all.map(\.name)

  /// The default scientist of a campaign, and that of `shoal review`.
  static let standard = SweepScientist.name

  static func make(runner: any ProgramRunner) -> Scientists { Scientists(all.map { $0.make(runner) }) }

  /// The runs that papers on the ideas usually ask for, all at once; nil stands for an idea of the scientist's own.
  static func usualRuns(of ideas: [Idea?], by scientist: String) -> Int {
    let runs = all.first { $0.name == scientist }?.runs
    return ideas.reduce(0) { $0 + (runs?($1) ?? 0) }
  }

  /// The budget that usually carries a whole campaign or paper; nil for a run, which has none of its own.
  static func usualBudget(of stream: StreamID, _ opening: Opening, _ blobs: any BlobStore) async throws -> Money? {
    switch stream.kind {
    case .run: return nil
    case .paper:
      let paper = try await blobs.value(PaperDefinition.self, of: opening.definition)
      return paper.campaign.budget(carrying: usualRuns(of: [paper.idea], by: paper.campaign.scientist), papers: 1)
    case .campaign:
      let campaign = try await blobs.value(CampaignDefinition.self, of: opening.definition)
      var ideas = [Idea?](repeating: nil, count: campaign.ideas)
      if let own = campaign.ownIdeas { ideas = try await blobs.value([Idea].self, of: own) }
      return campaign.budget(carrying: usualRuns(of: ideas, by: campaign.scientist), papers: campaign.ideas)
    }
  }

  /// The most that a stage needs for any of them: all scientists share the stage's topic, and so its slots.
  static func need(of stage: Stage) -> StageNeed { all.map { $0.need(stage) }.max() ?? .thinking }
}
