import EmbeddedStore
import Glibc
import Journal
import MessageLog
import PaperModel
import StageWorker
import Synchronization

/// Handlers that only take steps that do nothing: what is left is the cost of doing it durably.
struct NoOpHandler: StageHandler {
  let stage: Stage
  let steps: Int
  let meter: Meter

  func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    for number in 0..<steps {
      let begin = seconds()
      let _: Int = try await surroundings.step("no-op", request: number, reserving: .zero) { _ in
        Settled(number, charge: .none)
      }
      meter.took(seconds() - begin)
    }
    return .finished(result: meter.result)
  }
}

/// Blobs that are kept nowhere: the journal and the message log are what is measured. All read as the number 0.
struct NoBlobs: BlobStore {
  private static let reference = BlobReference(digest: String(repeating: "0", count: 64), size: 1)!

  func keep(_ bytes: [UInt8]) async throws -> BlobReference { Self.reference }
  func bytes(of reference: BlobReference) async throws -> [UInt8] { [0x30] }
}

/// Counts what is done, and says when it is all done.
final class Meter: WorkerObserver {
  private struct State {
    var steps = Samples()
    var ended = 0
    var wanted = 0
    var waiter: CheckedContinuation<Void, Never>?
  }
  private let state = Mutex(State())
  let result: BlobReference

  init(result: BlobReference) { self.result = result }

  var stepCount: Int { state.withLock { $0.steps.values.count } }

  func took(_ time: Double) { state.withLock { $0.steps.add(time) } }

  func observe(_ event: WorkerEvent) {
    switch event {
    case .stageFinished(_, .revise, _), .stageFinished(_, .run, _):
      let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
        state.ended += 1
        guard state.ended == state.wanted else { return nil }
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume()
    case .deadLettered(let stream, _, let failure): preconditionFailure("\(stream): \(failure)")
    default: break
    }
  }

  /// Returns once so many streams have come to their ends since the last call.
  func ends(of count: Int, after publishing: () async throws -> Void) async throws {
    state.withLock { state in
      state.wanted = count
      state.ended = 0
    }
    try await publishing()
    await withCheckedContinuation { waiter in
      let isDone = state.withLock { state in
        if state.ended >= count { return true }
        state.waiter = waiter
        return false
      }
      if isDone { waiter.resume() }
    }
  }

  func takeSteps() -> Samples {
    state.withLock { state in
      defer { state.steps = Samples() }
      return state.steps
    }
  }
}

/// A worker with no-op handlers on an embedded store.
struct NoOpWorld {
  let store: EmbeddedStore
  let meter: Meter
  let opening: Opening
  private let task: Task<Void, any Error>

  init(_ folder: String, slots: Int, steps: Int) async throws {
    let store = try await EmbeddedStore(folder: folder)
    let blobs = NoBlobs()
    let definition = try await blobs.keep([1])
    let meter = Meter(result: definition)
    let topics = Set(StageGraph.ofPaper.map { Topic.work($0) })
    let configuration = WorkerConfiguration(
      worker: WorkerID("bench-\(getpid())"), groups: [.init(topics: topics, slots: slots)], version: "bench")
    let worker = StageWorker(
      configuration, log: store.messageLog, journal: store.journal, blobs: blobs,
      handlers: StageGraph.ofPaper.map { NoOpHandler(stage: $0, steps: steps, meter: meter) }, clock: MachineClock(),
      observer: meter)
    self.store = store
    self.meter = meter
    opening = Opening(campaign: "bench", title: "bench", cap: .zero, definition: definition)
    task = Task { try await worker.run() }
  }

  /// Papers from their first stage to their last; names must be new.
  func papers(_ names: [String]) async throws {
    try await meter.ends(of: names.count) {
      try await store.messageLog.publish(
        names.map { Message(WorkItem(stream: StreamID(.paper, $0)!, stage: .novelty, opening: opening)) })
    }
  }

  func close() async throws {
    task.cancel()
    _ = try await task.value
    await store.close()
  }
}
