import EmbeddedStore
import Glibc
import Journal
import MessageLog
import PaperModel
import StageWorker
import Synchronization

/// Handlers whose steps do nothing, or wait as for a model: what is left is the cost of durability.
struct NoOpHandler: StageHandler {
  let stage: Stage
  let steps: Int
  var wait: Duration = .zero
  let meter: Meter

  func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    for number in 0..<steps {
      let begin = seconds()
      let _: Int = try await surroundings.step("no-op", request: number, reserving: .zero) { _ in
        if wait > .zero { try await ContinuousClock().sleep(for: wait) }
        return Settled(number, charge: .none)
      }
      meter.took(seconds() - begin)
    }
    return .finished(result: meter.result)
  }
}

/// Blobs that are not stored: only the journal and the message log are measured. All read as the number 0.
struct NoBlobs: BlobStore {
  private static let reference = BlobReference(digest: String(repeating: "0", count: 64), size: 1)!

  func keep(_ bytes: [UInt8]) async throws -> BlobReference { Self.reference }
  func bytes(of reference: BlobReference) async throws -> [UInt8] { [0x30] }
}

/// Counts steps and ended streams, and signals when all are done.
final class Meter: WorkerObserver {
  private struct State {
    var steps = Samples()
    var ended = 0
    var wanted = 0
    var waiter: CheckedContinuation<Void, Never>?
    var tell: (@Sendable () -> Void)?
  }
  private let state = Mutex(State())
  let result: BlobReference

  init(result: BlobReference) { self.result = result }

  var stepCount: Int { state.withLock { $0.steps.values.count } }

  /// Sets a closure that is called at the end of each stream.
  func onEnd(_ tell: @escaping @Sendable () -> Void) { state.withLock { $0.tell = tell } }

  func took(_ time: Double) { state.withLock { $0.steps.add(time) } }

  func observe(_ event: WorkerEvent) {
    switch event {
    case .stageFinished(_, .revise, _), .stageFinished(_, .run, _):
      let (waiter, tell) = state.withLock { state in
        state.ended += 1
        guard state.ended == state.wanted else { return (nil as CheckedContinuation<Void, Never>?, state.tell) }
        defer { state.waiter = nil }
        return (state.waiter, state.tell)
      }
      tell?()
      waiter?.resume()
    case .deadLettered(let stream, _, let failure): preconditionFailure("\(stream): \(failure)")
    default: break
    }
  }

  /// Returns once this many streams have ended since the last call.
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

/// A worker with no-op handlers, on any log and journal.
struct NoOpWorker {
  let log: any MessageLog
  let meter: Meter
  let opening: Opening
  private let task: Task<Void, any Error>

  init(
    _ log: any MessageLog, _ journal: any Journal, name: String = "bench-\(getpid())", slots: Int, steps: Int,
    wait: Duration = .zero
  ) async throws {
    let blobs = NoBlobs()
    let definition = try await blobs.keep([1])
    let meter = Meter(result: definition)
    let topics = Set(StageGraph.ofPaper.map { Topic.work($0) })
    let configuration = WorkerConfiguration(
      worker: WorkerID(name), groups: [.init(topics: topics, slots: slots)], version: "bench")
    let worker = StageWorker(
      configuration, Stores(log: log, journal: journal, blobs: blobs),
      handlers: StageGraph.ofPaper.map { NoOpHandler(stage: $0, steps: steps, wait: wait, meter: meter) },
      observer: meter)
    self.log = log
    self.meter = meter
    opening = NoOpPapers.opening(definition)
    task = Task { try await worker.run() }
  }

  /// Runs papers from their first stage to their last; names must be new.
  func papers(_ names: [String]) async throws {
    try await meter.ends(of: names.count) { try await log.publish(NoOpPapers.items(names, opening)) }
  }

  func close() async throws {
    task.cancel()
    _ = try await task.value
  }
}

/// The names of papers for no-op handlers.
enum NoOpPapers {
  static func opening(_ definition: BlobReference) -> Opening {
    Opening(campaign: "bench", title: "bench", cap: .zero, definition: definition)
  }

  static func items(_ names: [String], _ opening: Opening) -> [Message] {
    names.map { Message(WorkItem(stream: StreamID(.paper, $0)!, stage: .novelty, opening: opening)) }
  }
}

/// The worker on an embedded store.
struct NoOpWorld {
  private let store: EmbeddedStore
  private let worker: NoOpWorker

  init(_ folder: String, slots: Int, steps: Int) async throws {
    store = try await EmbeddedStore(folder: folder)
    worker = try await NoOpWorker(store.messageLog, store.journal, slots: slots, steps: steps)
  }

  var meter: Meter { worker.meter }

  func papers(_ names: [String]) async throws { try await worker.papers(names) }

  func close() async throws {
    try await worker.close()
    await store.close()
  }
}
