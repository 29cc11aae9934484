public import PaperModel
public import Roles

/// Lets the experimenter plan, asks for the runs of its plan, and hands it each result as it arrives, with the memo of
/// its latest plan.
public struct DesignHandler: ScientistHandler {
  public let stage = Stage.design
  public let scientists: Scientists

  public init(_ scientists: Scientists) { self.scientists = scientists }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let paper = try await visit.paper(surroundings)
    let experimenter = try scientists[paper.campaign.scientist].experimenter
    let progress = ExperimentProgress(asked: try await experiments(visit.runs, surroundings), memo: visit.memo)
    switch try await experimenter.plan(paper, after: progress, with: surroundings) {
    case .run(let requests, let memo):
      var asks: [RunAsk] = []
      for (index, request) in requests.enumerated() {
        asks.append(try await visit.ask(request, ordinal: index, surroundings))
      }
      return .ask(asks, memo: memo)
    case .wait: return .wait
    case .complete(let record):
      // The plan needs no further run, but one is still under way; the stage may finish only when it has ended.
      if visit.hasRunsOut { return .wait }
      return .finished(result: try await surroundings.keep(json: record))
    }
  }

  private struct Numbered: Sendable {
    let number: Int
    let experiment: AskedExperiment
  }

  /// Loads requests and results side by side.
  private func experiments(
    _ runs: [StageVisit.AskedRun], _ surroundings: any Surroundings
  ) async throws -> [AskedExperiment] {
    try await withThrowingTaskGroup(of: Numbered.self) { group in
      for (number, run) in runs.enumerated() {
        group.addTask { Numbered(number: number, experiment: try await experiment(run, surroundings)) }
      }
      var all: [Numbered] = []
      for try await experiment in group { all.append(experiment) }
      return all.sorted { $0.number < $1.number }.map(\.experiment)
    }
  }

  private func experiment(
    _ run: StageVisit.AskedRun, _ surroundings: any Surroundings
  ) async throws -> AskedExperiment {
    let request = try await surroundings.value(RunRequest.self, of: run.ask.opening.definition)
    let outcome: AskedExperiment.Outcome? =
      switch run.end {
      case .finished(let reference): .result(try await surroundings.value(RunResult.self, of: reference))
      case .dead(let failure): .failed(failure)
      case .cancelled: .failed(Failure(kind: "cancelled", "The run was cancelled."))
      case nil: nil
      }
    return AskedExperiment(run: run.ask.run, request: request, outcome: outcome, fold: run.fold)
  }
}
