import PaperModel
import StageWorker

/// Several observers as one.
struct Observers: WorkerObserver {
  private let all: [any WorkerObserver]

  init(_ all: [any WorkerObserver]) { self.all = all }

  func observe(_ event: WorkerEvent) { for one in all { one.observe(event) } }
}

/// Records the streams that a worker claims. Keeps the worker's file in the roster locked for as long as the worker
/// has this observer.
struct StreamNotes: WorkerObserver {
  private let life: WorkerRoster.Life

  init(_ life: WorkerRoster.Life) { self.life = life }

  func observe(_ event: WorkerEvent) {
    if case .claimed(let stream, _, _, _) = event { life.note(stream) }
  }
}
