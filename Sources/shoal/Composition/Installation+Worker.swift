import FolderJournal
import Operations
import PaperModel
import Sandbox
import StageWorker
import Stages

extension Installation {
  /// The sandbox of this machine.
  /// - Throws: `OperationError` if there is no Python environment; `SandboxError`.
  func runner(uncontained: Bool, gpus: GPUPool? = nil) throws -> ContainedRunner {
    var configuration = Sandbox.Configuration()
    configuration.containment = uncontained ? .none : .bubblewrap
    if case .cluster = place { try LocalFolder.make(settings.data) }
    let python = PythonEnvironment(path: settings.python)
    if let problem = python.problem { throw OperationError(problem) }
    return try ContainedRunner(
      try Sandbox(configuration), python: python,
      executionFolder: "\(settings.data)/executions", gpus: gpus, beat: beat)
  }

  /// A worker of this process.
  func worker(_ plan: WorkerPlan, observer: any WorkerObserver) throws -> any Working {
    let runner = try runner(uncontained: plan.isUncontained, gpus: plan.gpus)
    let worker = try worker(plan, runner, observer: observer)
    return SweepingWorker(worker: worker, sandbox: runner.sandbox, clock: MachineClock(), observer: observer)
  }

  private func worker(
    _ plan: WorkerPlan, _ runner: ContainedRunner, observer: any WorkerObserver
  ) throws -> any Working {
    guard case .cluster(let cluster) = place else {
      let shelf = FolderBaselines(folder: "\(settings.data)/baselines")
      return worker(plan, runner, shelf: shelf, settlements: settlements(runner), observer: observer)
    }
    let roster = try WorkerRoster(folder: "\(settings.data)/workers")
    let life = try roster.enlist(plan.configuration.worker)
    let settlements = LocalSettlements(known: self.settlements(runner), deployment: deployment, roster: roster)
    let worker = worker(
      plan, runner, shelf: cluster.store.baselines, settlements: settlements,
      observer: Observers([observer, StreamNotes(life)]))
    let settler = LateSettlementService(
      deployment: deployment, roster: roster, settlements: self.settlements(runner), clock: MachineClock())
    return ClusterWorker(
      worker: worker, settler: settler, watch: BrokerWatch(cluster.log),
      trimming: TrimmingService(log: cluster.log, clock: MachineClock()), life: life, observer: observer)
  }

  /// Finds the cost of lost attempts, by the provider that executed them.
  private func settlements(_ runner: ContainedRunner) -> ProviderSettlements {
    ProviderSettlements(Dictionary(uniqueKeysWithValues: StepID.containedProviders.map { ($0, runner) }))
  }

  private func worker(
    _ plan: WorkerPlan, _ runner: ContainedRunner, shelf: any BaselineStore, settlements: any Settlements,
    observer: any WorkerObserver
  ) -> StageWorker {
    let contained = faults.around(runner)
    let scientists = BuiltInScientists.make(runner: contained)
    return StageWorker(
      plan.configuration, log: deployment.log, journal: journal, blobs: blobs,
      handlers: [
        IdeateHandler(scientists, index: ideas, shelf: shelf), NoveltyHandler(scientists, index: ideas),
        DesignHandler(scientists), RunHandler(contained), PlotHandler(scientists), WriteHandler(scientists),
        ReviewHandler(scientists), ReviseHandler(scientists),
      ], settlements: settlements, events: events, clock: MachineClock(), observer: observer)
  }
}

/// A service that works until its task is cancelled.
protocol Working: Sendable {
  /// Works until the task is cancelled, then drains.
  func run() async throws
}

extension StageWorker: Working {}
