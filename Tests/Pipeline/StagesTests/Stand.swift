import Journal
import PaperModel
import Roles
import ScienceTestSupport
import Stages
import Synchronization

/// A campaign of one paper, and what a handler needs to work on it.
struct Stand: Sendable {
  let surroundings = MemorySurroundings()
  let baselines = MemoryBaselines()
  let index = InMemoryIdeaIndex()
  var scientist = ScriptedScientist()
  var campaign: CampaignDefinition
  let baseline = Stand.result("run_0")

  static let stream = StreamID("campaign/c")!
  static let idea = Idea(
    name: "first", title: "The First", question: "Why?", experiment: "Try.", interestingness: 5, feasibility: 5,
    novelty: 5)

  init(scientist name: String = "scripted", ideas: Int = 1) async throws {
    let script = try await surroundings.keep(Array("print()".utf8))
    campaign = CampaignDefinition(
      name: "c", template: TemplateBundle(name: "t", files: FileTree([.init(path: "experiment.py", blob: script)])),
      ideas: ideas, scientist: name, timeLimitSeconds: 10, budget: Money(dollars: "10")!)
    scientist.ideas = [Self.idea]
  }

  var scientists: Scientists { Scientists([scientist.named("scripted")]) }
  var paper: PaperDefinition {
    PaperDefinition(campaign: campaign, ordinal: 1, idea: Self.idea, baseline: baseline)
  }

  func handler(_ stage: Stage) -> any StageHandler {
    switch stage {
    case .ideate: IdeateHandler(scientists, index: index, shelf: baselines)
    case .novelty: NoveltyHandler(scientists, index: index)
    case .design: DesignHandler(scientists)
    case .run: RunHandler(ScriptedRunner())
    case .plot: PlotHandler(scientists)
    case .write: WriteHandler(scientists)
    case .review: ReviewHandler(scientists)
    case .revise: ReviseHandler(scientists)
    }
  }

  /// The decision of a stage's handler.
  func decision(
    of stage: Stage, results: [Stage: BlobReference] = [:], runs: [StageVisit.AskedRun] = []
  ) async throws -> StageDecision {
    let definition =
      stage == .ideate
      ? try await surroundings.keep(json: campaign) : try await surroundings.keep(json: paper)
    return try await handler(stage).handle(
      StageVisit(
        stream: stage == .ideate ? Self.stream : Self.stream.paper(1), stage: stage, visit: 1,
        opening: Opening(campaign: "c", title: "t", cap: campaign.budget, definition: definition), results: results,
        runs: runs, remaining: campaign.budget, spentBefore: Money(dollars: "1")!), with: surroundings)
  }

  /// The results of all stages before the last one.
  func results(without missing: Stage? = nil) async throws -> [Stage: BlobReference] {
    var results: [Stage: BlobReference] = [
      .novelty: try await surroundings.keep(json: scientist.verdict),
      .design: try await surroundings.keep(json: ExperimentRecord(entries: [], notes: "Two runs.")),
      .plot: try await surroundings.keep(json: FigureSet(figures: [], code: FileTree([]), notes: "")),
      .write: try await surroundings.keep(
        json: try await ScriptedScientist.manuscript(Self.idea.title, in: surroundings)),
      .review: try await surroundings.keep(json: ScriptedScientist.review(5)),
    ]
    if let missing { results[missing] = nil }
    return results
  }

  /// A run that a stage asked for.
  func run(_ ordinal: Int, of stage: Stage = .design, end: RunEnd?) async throws -> StageVisit.AskedRun {
    let parent = stage == .ideate ? Self.stream : Self.stream.paper(1)
    return StageVisit.AskedRun(
      ask: RunAsk(
        run: parent.run(visit: 1, ordinal: ordinal),
        opening: Opening(
          campaign: "c", title: "t", cap: .zero, parent: .init(stream: parent, stage: stage),
          definition: try await surroundings.keep(json: request("run_\(ordinal)")))), end: end)
  }

  func request(_ folder: String) -> RunRequest {
    RunRequest(
      label: folder, code: campaign.template.files, outputFolder: folder, scale: .small, timeLimitSeconds: 10,
      prices: .standard)
  }

  static func result(_ folder: String, problem: String? = nil) -> RunResult {
    RunResult(
      label: folder, folder: folder, files: FileTree([]), code: FileTree([]), outputTail: "its last line",
      findings: [], problem: problem)
  }

  /// The value with which a decision finishes its stage; nil for another decision.
  func finished<Value: Decodable>(_ type: Value.Type, _ decision: StageDecision) async throws -> Value? {
    guard case .finished(let result, _) = decision else { return nil }
    return try await surroundings.value(type, of: result)
  }
}

final class MemoryBaselines: BaselineStore {
  private let kept = Mutex<[String: BlobReference]>([:])

  func baseline(_ key: String) async throws -> BlobReference? { kept.withLock { $0[key] } }

  func keep(_ result: BlobReference, under key: String) async throws -> BlobReference {
    kept.withLock { kept in
      kept[key] = kept[key] ?? result
      return kept[key] ?? result
    }
  }
}
