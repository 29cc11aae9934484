import FolderJournal
import MessageLog
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
  func worker(_ plan: WorkerPlan, observer: any WorkerObserver) throws -> AttendedWorker {
    let runner = try runner(uncontained: plan.isUncontained, gpus: plan.gpus)
    let orphans = OrphanService(sandbox: runner.sandbox, clock: stores.clock)
    let settlements = settlements(runner)
    guard case .cluster(let cluster) = place else {
      let baselines = FolderBaselines(folder: "\(settings.data)/baselines")
      return AttendedWorker(
        worker: worker(plan, runner, baselines, settlements, observer), services: [{ await orphans.run(observer) }])
    }
    let roster = try WorkerRoster(folder: "\(settings.data)/workers")
    let life = try roster.enlist(plan.configuration.worker)
    let worker = worker(
      plan, runner, cluster.store.baselines,
      LocalSettlements(known: settlements, deployment: deployment, roster: roster),
      Observers([observer, StreamNotes(life)]))
    let settler = LateSettlementService(
      deployment: deployment, roster: roster, settlements: settlements, clock: stores.clock)
    let brokers = BrokerWatch(cluster.log)
    let trimming = TrimmingService(log: cluster.log, clock: stores.clock)
    return AttendedWorker(
      worker: worker,
      services: [
        { await orphans.run(observer) }, { await settler.run(observer) }, { await brokers.run(observer) },
        { await trimming.run(observer) },
      ])
  }

  /// Finds the cost of lost attempts, by the provider that executed them.
  private func settlements(_ runner: ContainedRunner) -> ProviderSettlements {
    ProviderSettlements(Dictionary(uniqueKeysWithValues: StepID.containedProviders.map { ($0, runner) }))
  }

  private func worker(
    _ plan: WorkerPlan, _ runner: ContainedRunner, _ baselines: any BaselineStore, _ settlements: any Settlements,
    _ observer: any WorkerObserver
  ) -> StageWorker {
    let contained = faults.around(runner)
    let scientists = BuiltInScientists.make(runner: contained)
    return StageWorker(
      plan.configuration, stores,
      handlers: [
        IdeateHandler(scientists, index: ideas, shelf: baselines), NoveltyHandler(scientists, index: ideas),
        DesignHandler(scientists), RunHandler(contained), PlotHandler(scientists), WriteHandler(scientists),
        ReviewHandler(scientists), ReviseHandler(scientists),
      ], settlements: settlements,
      usualBudget: { [blobs = stores.blobs] in try await BuiltInScientists.usualBudget(of: $0, $1, blobs) },
      observer: observer)
  }
}
