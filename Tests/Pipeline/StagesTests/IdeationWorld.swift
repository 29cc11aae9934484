import Journal
import PaperModel
import Roles
import ScienceTestSupport
import Stages
import Testing

/// Campaigns on one template whose studies are numbered: rate 1, rate 2, …
struct IdeationWorld: Sendable {
  let index: any IdeaIndex
  let surroundings = MemorySurroundings()
  let template = TemplateBundle(name: "counted", files: FileTree([]))
  let baselines = OneBaseline()
  let studies: Int

  init(_ index: any IdeaIndex, studies: Int) {
    self.index = index
    self.studies = studies
  }

  static func idea(_ number: Int) -> Idea {
    Idea(
      name: "rate_\(number)", title: "Rate \(number)", question: "?", experiment: "Set the rate to \(number).",
      interestingness: 5, feasibility: 5, novelty: 5,
      study: Study(setting: "rate", words: "", baseline: "0", values: ["\(number)"]))
  }

  func campaign(_ name: String, ideas: Int, own: [Idea]? = nil) async throws -> CampaignDefinition {
    var campaign = CampaignDefinition(
      name: name, template: template, ideas: ideas, scientist: "sweep", timeLimitSeconds: 60,
      budget: Money(dollars: "10")!)
    if let own { campaign.ownIdeas = try await surroundings.keep(json: own) }
    return campaign
  }

  /// Proposes numbered ideas, judges strictly, and plays no other role.
  private var scientists: Scientists {
    let script = ScriptedScientist()
    return Scientists([
      Scientist(
        name: "sweep", ideator: CountedIdeas(studies: studies), noveltyJudge: StrictJudge(), experimenter: script,
        plotter: script, author: script, reviewer: script)
    ])
  }

  /// A campaign's first visit of `ideate`.
  func ideate(_ campaign: CampaignDefinition, through index: (any IdeaIndex)? = nil) async throws -> [Idea] {
    let opening = Opening(
      campaign: campaign.name, title: "t", cap: campaign.budget,
      definition: try await surroundings.keep(json: campaign))
    let handler = IdeateHandler(
      scientists, index: index ?? self.index, shelf: baselines.holding(try await baseline()))
    let visit = StageVisit(
      stream: try #require(StreamID(.campaign, campaign.name)), stage: .ideate, visit: 1, opening: opening,
      results: [:], runs: [], remaining: campaign.budget, spentBefore: .zero)
    guard case .finished(let result, let papers) = try await handler.handle(visit, with: surroundings) else {
      throw Failure(kind: "test", "Ideation is not finished.")
    }
    let ideas = try await surroundings.value(IdeaBatch.self, of: result).ideas
    #expect(papers.map(\.opening.title) == ideas.map(\.title))
    return ideas
  }

  /// A paper's visit of `novelty`.
  func judge(_ idea: Idea, ordinal: Int, of campaign: CampaignDefinition) async throws -> NoveltyVerdict {
    let paper = PaperDefinition(
      campaign: campaign, ordinal: ordinal, idea: idea,
      baseline: try await surroundings.value(RunResult.self, of: try await baseline()))
    let opening = Opening(
      campaign: campaign.name, title: idea.title, cap: campaign.budget,
      definition: try await surroundings.keep(json: paper))
    let visit = StageVisit(
      stream: try #require(StreamID(.paper, "\(campaign.name).\(ordinal)")), stage: .novelty, visit: 1,
      opening: opening, results: [:], runs: [], remaining: campaign.budget, spentBefore: .zero)
    let decision = try await NoveltyHandler(scientists, index: index).handle(visit, with: surroundings)
    guard case .finished(let result, _) = decision else { throw Failure(kind: "test", "Novelty is not finished.") }
    return try await surroundings.value(NoveltyVerdict.self, of: result)
  }

  private func baseline() async throws -> BlobReference {
    try await surroundings.keep(
      json: RunResult(
        label: "b", folder: "run_0", files: FileTree([]), code: FileTree([]), outputTail: "", findings: [],
        problem: nil))
  }
}

/// Proposes the numbered ideas that were not seen, the lowest first.
struct CountedIdeas: Ideator {
  let studies: Int

  func propose(
    _ count: Int, for campaign: CampaignDefinition, baseline: RunResult, seen: [IndexedIdea],
    with surroundings: any Surroundings
  ) async throws -> [Idea] {
    let taken = Set(seen.map(\.key))
    let fresh = (1...studies).map(IdeationWorld.idea).filter {
      !taken.contains(IdeaKey($0, on: campaign.template.name))
    }
    return Array(fresh.prefix(count))
  }

  /// Takes ideas with the names of its own.
  func adopt(
    _ ideas: [ProposedIdea], for campaign: CampaignDefinition, with surroundings: any Surroundings
  ) async throws -> AdoptedIdeas {
    var adopted = AdoptedIdeas()
    let known = Dictionary(uniqueKeysWithValues: (1...studies).map(IdeationWorld.idea).map { ($0.name, $0) })
    for idea in ideas {
      if let own = known[idea.name] { adopted.add(own) } else { adopted.refuse(idea, "It is not one of mine.") }
    }
    return adopted
  }
}

/// Finds an idea new if none of the seen ones has its study.
struct StrictJudge: NoveltyJudge {
  func judge(
    _ idea: Idea, of campaign: CampaignDefinition, seen: [IndexedIdea], with surroundings: any Surroundings
  ) async throws -> NoveltyVerdict {
    let same = seen.first { $0.key == IdeaKey(idea, on: campaign.template.name) }
    return NoveltyVerdict(
      isNovel: same == nil, reason: same.map { "\($0.campaign) has it." } ?? "New.", comparedWith: seen.map(\.name))
  }
}

/// A store of baselines that has one under every key.
struct OneBaseline: BaselineStore {
  private var kept: BlobReference?

  func holding(_ result: BlobReference) -> OneBaseline {
    var store = self
    store.kept = result
    return store
  }

  func baseline(_ key: String) async throws -> BlobReference? { kept }
  func keep(_ result: BlobReference, under key: String) async throws -> BlobReference { kept ?? result }
}
