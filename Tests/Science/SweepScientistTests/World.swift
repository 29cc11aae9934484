import ExperimentTemplates
import PaperModel
import Roles
import ScienceTestSupport
import SweepScientist

/// A template and a scientist with surroundings of their own.
struct World {
  let surroundings = MemorySurroundings()
  let runner = PlainRunner()
  let scientist: Scientist
  let campaign: CampaignDefinition
  let baseline: RunResult

  init(_ template: TemplateContents, ideas: Int = 1) async throws {
    scientist = SweepScientist.make(runner: runner)
    campaign = CampaignDefinition(
      name: "test", template: try await template.keep(in: surroundings), ideas: ideas, scientist: SweepScientist.name,
      timeLimitSeconds: 300,
      budget: Money(dollars: "10")!)
    baseline = try await Laboratory.baseline(campaign, by: runner, with: surroundings)
  }

  func ideas(_ count: Int, seen: [Idea] = []) async throws -> [Idea] {
    try await scientist.ideator.propose(
      count, for: campaign, baseline: baseline, seen: rows(seen), with: surroundings)
  }

  /// Ideas as the index has them.
  func rows(_ ideas: [Idea]) -> [IndexedIdea] {
    ideas.enumerated().map {
      IndexedIdea($1, on: campaign.template.name, campaign: "earlier", ordinal: $0 + 1, atMicroseconds: Int64($0))
    }
  }

  func paper(_ idea: Idea) -> PaperDefinition {
    PaperDefinition(campaign: campaign, ordinal: 1, idea: idea, baseline: baseline)
  }

  /// Runs a paper's experiments to their end.
  func record(_ paper: PaperDefinition, fate: (RunRequest) -> Failure? = { _ in nil }) async throws -> ExperimentRecord
  {
    var asked: [AskedExperiment] = []
    for visit in 1...5 {
      switch try await scientist.experimenter.plan(
        paper, after: ExperimentProgress(asked: asked), with: surroundings)
      {
      case .run(let requests, _):
        asked += try await Laboratory.answer(
          requests, visit: visit, by: runner, with: surroundings, fate: fate
        ).map { run, request, result in
          switch result {
          case .success(let result): AskedExperiment(run: run, request: request, outcome: .result(result))
          case .failure(let failure): AskedExperiment(run: run, request: request, outcome: .failed(failure))
          }
        }
      case .wait: throw Failure(kind: "test", "It waits although nothing is out.")
      case .complete(let record): return record
      }
    }
    throw Failure(kind: "test", "It never completes.")
  }

  func material(_ paper: PaperDefinition, _ record: ExperimentRecord) async throws -> PaperMaterial {
    PaperMaterial(
      paper: paper, stream: StreamID("paper/test.1")!,
      novelty: try await scientist.noveltyJudge.judge(paper.idea, of: campaign, seen: [], with: surroundings),
      record: record, figures: try await scientist.plotter.draw(paper, record, with: surroundings),
      cost: Money(dollars: "0.0042")!)
  }
}
