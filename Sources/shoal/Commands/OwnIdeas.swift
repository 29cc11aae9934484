import ExperimentTemplates
import Operations
import PaperModel
import Roles

/// The user's own ideas for a campaign: read from a file, and turned into those that the scientist can carry out.
struct OwnIdeas: Equatable {
  /// The name of their file, for messages.
  let source: String
  let file: IdeaFile

  /// The result of taking them.
  struct Outcome: Equatable {
    /// The number of ideas in the file.
    var given: Int
    /// The number of ideas in the campaign.
    var taken: Int
    /// The ideas that can't be taken, in the order of the file.
    var refused: [RefusedIdea]
    /// Further remarks, a sentence each.
    var notes: [String]
  }

  init(source: String, file: IdeaFile) {
    self.source = source
    self.file = file
  }

  /// Reads a file of ideas.
  /// - Throws: `OperationError` or `IdeaFileError` if the file as a whole can't be read.
  init(reading path: String) throws {
    source = path
    file = try IdeaFile(parsing: try FileInput.read(path, limit: IdeaFile.mostBytes), file: path)
  }

  /// The campaign with the ideas that its scientist can carry out.
  /// - Parameters:
  ///   - most: the number of requested papers; nil for all.
  ///   - isUncontained: whether the template is read without a sandbox.
  /// - Throws: `OperationError` if none is left.
  func request(
    for campaign: CampaignDefinition, most: Int?, _ template: TemplateContents, _ installation: Installation,
    isUncontained: Bool
  ) async throws -> CampaignRequest {
    let surroundings = LocalSurroundings("ideas")
    _ = try await template.keep(in: surroundings)
    let adopted = try await TemporarySandbox.use(installation.settings, uncontained: isUncontained) { runner in
      try await BuiltInScientists.make(runner: runner)[campaign.scientist].ideator.adopt(
        file.ideas, for: campaign, with: surroundings)
    }
    let ideas = Array(adopted.ideas.prefix(most ?? .max))
    var outcome = Outcome(
      given: file.ideas.count + file.refused.count, taken: ideas.count,
      refused: (file.refused + adopted.refused).sorted { $0.number < $1.number }, notes: [])
    if ideas.count < adopted.ideas.count {
      outcome.notes.append("The first \(ideas.count) of \(adopted.ideas.count) ideas are taken, as --ideas says.")
    }
    outcome.notes += try await held(ideas, campaign, in: installation.ideas)
    var filled = campaign
    filled.ideas = ideas.count
    filled.ownIdeas = try await installation.deployment.blobs.keep(json: ideas)
    return CampaignRequest(
      campaign: filled, own: outcome, runs: BuiltInScientists.usualRuns(of: ideas, by: campaign.scientist))
  }

  /// Notes for ideas that other campaigns hold: the novelty check will reject their papers.
  private func held(
    _ ideas: [Idea], _ campaign: CampaignDefinition, in index: any IdeaIndex
  ) async throws -> [String] {
    let template = campaign.template.name
    let others = try await index.ideas(on: template, most: 500).filter { $0.campaign != campaign.name }
    let holders = Dictionary(others.map { ($0.key, $0) }) { first, _ in first }
    return ideas.compactMap { idea in
      holders[IdeaKey(idea, on: template)].map {
        "“\(idea.title)” is the same study as \($0.campaign).\($0.ordinal): the paper will end as not novel."
      }
    }
  }
}

extension OwnIdeas.Outcome {
  /// One line for each idea that is not taken, and for each note.
  func lines(_ source: String) -> [String] {
    refused.map { idea in
      let name = idea.name.map { " “\($0)”" } ?? ""
      return "\(source): idea \(idea.number)\(name) (line \(idea.line)) is not taken. \(idea.reason)"
    } + notes
  }
}

/// A campaign as requested, and the result of taking the user's own ideas.
struct CampaignRequest {
  var campaign: CampaignDefinition
  var own: OwnIdeas.Outcome?
  /// The runs that its papers usually ask for, all at once.
  var runs: Int

  /// Whether the campaign has all of the user's ideas.
  var isWhole: Bool { own?.refused.isEmpty ?? true }
}
