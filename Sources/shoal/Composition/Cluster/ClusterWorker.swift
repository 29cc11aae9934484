import PaperModel
import StageWorker

/// A worker of a cluster. In the background it settles attempts that were lost on this machine, and watches the
/// brokers.
struct ClusterWorker: Working {
  let worker: StageWorker
  let settler: LateSettlementService
  let watch: BrokerWatch
  let trimming: TrimmingService
  /// Keeps the worker's file locked while it works.
  let life: WorkerRoster.Life
  let observer: any WorkerObserver

  func run() async throws {
    let settling = Task { await settler.run(observer) }
    let watching = Task { await watch.run(observer) }
    let deleting = Task { await trimming.run(observer) }
    defer {
      settling.cancel()
      watching.cancel()
      deleting.cancel()
    }
    try await worker.run()
    _ = life
  }
}

/// Several observers as one.
struct Observers: WorkerObserver {
  private let all: [any WorkerObserver]

  init(_ all: [any WorkerObserver]) { self.all = all }

  func observe(_ event: WorkerEvent) { for one in all { one.observe(event) } }
}

/// Records the streams that a worker claims.
struct StreamNotes: WorkerObserver {
  private let life: WorkerRoster.Life

  init(_ life: WorkerRoster.Life) { self.life = life }

  func observe(_ event: WorkerEvent) {
    if case .claimed(let stream, _, _, _) = event { life.note(stream) }
  }
}
