import ExperimentTemplates
import Operations
import PaperModel
import Roles

/// The ideas that a person brings to a campaign: read, and turned into what the scientist can carry out.
struct OwnIdeas: Equatable {
  /// The file that they stand in, for messages.
  let source: String
  let file: IdeaFile

  /// What became of them.
  struct Outcome: Equatable {
    /// How many the file has.
    var given: Int
    /// How many the campaign has.
    var taken: Int
    /// Those that can't be taken, in the order of the file.
    var refused: [RefusedIdea]
    /// What else a person should know, a sentence each.
    var notes: [String]
  }

  init(source: String, file: IdeaFile) {
    self.source = source
    self.file = file
  }

  /// Reads a file of ideas.
  /// - Throws: `OperationError` or `IdeaFileError` where the whole can't be read.
  init(reading path: String) throws {
    source = path
    file = try IdeaFile(parsing: try FileInput.read(path, limit: IdeaFile.mostBytes), file: path)
  }

  /// The campaign with those that its scientist can carry out.
  /// - Parameters:
  ///   - most: how many are wanted; nil for all.
  ///   - isUncontained: whether the template is read without a sandbox.
  /// - Throws: `OperationError` where none is left.
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
    filled.ownIdeas = try await installation.blobs.keep(json: ideas)
    return CampaignRequest(
      campaign: filled, own: outcome, runs: BuiltInScientists.usualRuns(of: ideas, by: campaign.scientist))
  }

  /// Which ideas are those of other campaigns: their papers will be found not to be new.
  private func held(
    _ ideas: [Idea], _ campaign: CampaignDefinition, in index: any IdeaIndex
  ) async throws -> [String] {
    let template = campaign.template.name
    let others = try await index.ideas(on: template, most: 500).filter { $0.campaign != campaign.name }
    let holders = Dictionary(others.map { ($0.key, $0) }) { first, _ in first }
    return ideas.compactMap { idea in
      holders[IdeaKey(idea, on: template)].map {
        "The study of “\(idea.title)” is that of \($0.campaign).\($0.ordinal) already: the paper will end as not novel."
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

/// A campaign as it was asked for, and what became of the ideas that were brought.
struct CampaignRequest {
  var campaign: CampaignDefinition
  var own: OwnIdeas.Outcome?
  /// The runs that its papers usually ask for, all at once.
  var runs: Int

  /// Whether everything that was brought is in the campaign.
  var isWhole: Bool { own?.refused.isEmpty ?? true }
}
