import CommandTable
import EmbeddedStore
import FolderJournal
import Glibc
import Journal
import MessageLog
import Operations
import PaperModel
import Roles
import Sandbox
import StageWorker
import Stages

/// The embedded installation in a data folder: the only place that knows which store and which log there are.
struct Installation: Sendable {
  let settings: Settings
  let store: EmbeddedStore
  let blobs: any BlobStore
  let deployment: Deployment
  let faults: FaultPlan

  /// Opens the data folder.
  /// - Parameter creating: whether it may be made; a command that only looks must not leave an empty one.
  static func open(_ invocation: Invocation, creating: Bool) async throws -> Installation {
    let settings = try Settings(invocation)
    if !creating { try checkIsThere(settings.data) }
    let faults = try FaultPlan.fromEnvironment()
    let store = try await EmbeddedStore(folder: settings.data)
    let blobs = faults.around(try await FolderBlobs(folder: settings.data))
    let deployment = Deployment(
      log: faults.around(store.messageLog), journal: faults.around(store.journal), blobs: blobs)
    return Installation(settings: settings, store: store, blobs: blobs, deployment: deployment, faults: faults)
  }

  /// Opens the data folder for as long as something is done with it, and ends it in good order whatever comes of that.
  static func use<Value>(
    _ invocation: Invocation, creating: Bool = false, _ body: (Installation) async throws -> Value
  ) async throws -> Value {
    let installation = try await open(invocation, creating: creating)
    do {
      let value = try await body(installation)
      await installation.close()
      return value
    } catch {
      await installation.close()
      throw error
    }
  }

  private static func checkIsThere(_ folder: String) throws {
    if access("\(folder)/shoal.sqlite", F_OK) == 0 { return }
    if errno == EACCES {
      throw OperationError(
        "This user may not look into \(folder). Correct its rights, or name another with --data DIR.")
    }
    throw OperationError(
      "There is nothing in \(folder). Begin with `shoal run --template grokking --ideas 3`, "
        + "or name another folder with --data DIR.")
  }

  /// Ends it in good order.
  func close() async { await store.close() }

  /// The sandbox of this machine.
  func runner(uncontained: Bool, gpus: GPUPool? = nil) throws -> ContainedRunner {
    var configuration = Sandbox.Configuration()
    configuration.containment = uncontained ? .none : .bubblewrap
    return try ContainedRunner(
      try Sandbox(configuration), python: PythonEnvironment(path: settings.python),
      executionFolder: "\(settings.data)/executions", gpus: gpus)
  }

  /// A worker of this process.
  func worker(_ plan: WorkerPlan, observer: any WorkerObserver) throws -> StageWorker {
    let runner = try runner(uncontained: plan.isUncontained, gpus: plan.gpus)
    let contained = faults.around(runner)
    let scientist = SweepScientist(runner: contained)
    let archive = IdeaArchive(journal: deployment.journal, blobs: blobs)
    let shelf = FolderShelf(folder: "\(settings.data)/baselines")
    return StageWorker(
      plan.configuration, log: deployment.log, journal: deployment.journal, blobs: blobs,
      handlers: [
        IdeateHandler(scientist.ideator, archive: archive, shelf: shelf),
        NoveltyHandler(scientist.noveltyJudge, archive: archive), DesignHandler(scientist.experimenter),
        RunHandler(contained), PlotHandler(scientist.plotter), WriteHandler(scientist.author),
        ReviewHandler(scientist.reviewer), ReviseHandler(scientist.author, scientist.reviewer),
      ], settlements: runner, clock: MachineClock(), observer: observer)
  }
}
