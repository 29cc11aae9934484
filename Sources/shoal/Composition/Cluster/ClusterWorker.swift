import PaperModel
import StageWorker

/// A worker of a cluster, and beside it what only its machine can do: settle what lost attempts cost here.
struct ClusterWorker: Working {
  let worker: StageWorker
  let settler: LateSettlementService
  /// Holds the worker's file for as long as it works.
  let life: WorkerRoster.Life
  let observer: any WorkerObserver

  func run() async throws {
    let settling = Task { await settler.run(observer) }
    defer { settling.cancel() }
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

/// Writes down which streams a worker takes up.
struct StreamNotes: WorkerObserver {
  private let life: WorkerRoster.Life

  init(_ life: WorkerRoster.Life) { self.life = life }

  func observe(_ event: WorkerEvent) {
    if case .claimed(let stream, _, _, _) = event { life.note(stream) }
  }
}
