import Glibc
import Journal
import MessageLog
import Operations
import PaperModel
import SQLite
import Synchronization

/// Fault injection for tests of the real process: sends itself a signal when a named point is passed for the n-th time.
///
/// `SHOAL_KILL_AT=append.stepStarted.after:3`, which is SIGKILL, or with a signal's name: `finish.before:1:STOP`.
/// Points are `append.<fact>`, `publish.<stage>`, `finish`, `giveBack`, `retry`, `deadLetter`, `keep`, `reserve`,
/// `control` and `launch`, each with `.before` and `.after`.
/// Without the variable nothing is wrapped.
struct FaultPlan: Sendable {
  /// Counts the passes of a point.
  final class Trap: Sendable {
    private let point: String
    private let signal: Int32
    private let left: Mutex<Int>
    init(point: String, count: Int, signal: Int32) {
      self.point = point
      self.signal = signal
      left = Mutex(count)
    }

    func pass(_ name: String) {
      guard name == point || point == "any" else { return }
      let isDue = left.withLock { left in
        left -= 1
        return left == 0
      }
      guard isDue else { return }
      if signal == SIGSTOP { DatabaseGate.stopProcess() } else { kill(getpid(), signal) }
    }
  }

  let trap: Trap?

  static func fromEnvironment() throws -> FaultPlan {
    guard let text = Settings.environment("SHOAL_KILL_AT") else { return FaultPlan(trap: nil) }
    let parts = text.split(separator: ":")
    let signals: [Substring: Int32] = ["KILL": SIGKILL, "STOP": SIGSTOP, "INT": SIGINT, "TERM": SIGTERM]
    guard (2...3).contains(parts.count), let count = Int(parts[1]), count > 0,
      let signal = signals[parts.count == 3 ? parts[2] : "KILL"]
    else {
      throw OperationError(
        "SHOAL_KILL_AT is “\(text)”; it is POINT:COUNT[:SIGNAL], e.g. finish.after:3:STOP. Unset it.")
    }
    return FaultPlan(trap: Trap(point: String(parts[0]), count: count, signal: signal))
  }

  func around(_ stores: Stores) -> Stores {
    guard let trap else { return stores }
    return Stores(
      log: TrappedLog(inner: stores.log, trap: trap), journal: TrappedJournal(inner: stores.journal, trap: trap),
      blobs: TrappedBlobs(inner: stores.blobs, trap: trap), events: stores.events, clock: stores.clock)
  }
  func around(_ ideas: any IdeaIndex) -> any IdeaIndex {
    trap.map { TrappedIdeaIndex(inner: ideas, trap: $0) } ?? ideas
  }
  func around(_ runner: any ProgramRunner) -> any ProgramRunner {
    trap.map { TrappedRunner(inner: runner, trap: $0) } ?? runner
  }
}

private struct TrappedJournal: JournalDecorator {
  let inner: any Journal
  let trap: FaultPlan.Trap

  func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
    let name = "append.\("\(fact)".prefix { $0 != "(" })"
    trap.pass("\(name).before")
    defer { trap.pass("\(name).after") }
    return try await inner.append(fact, to: stream, at: number)
  }
}

private struct TrappedBlobs: BlobStore {
  let inner: any BlobStore
  let trap: FaultPlan.Trap

  func keep(_ bytes: [UInt8]) async throws -> BlobReference {
    trap.pass("keep.before")
    defer { trap.pass("keep.after") }
    return try await inner.keep(bytes)
  }
  func bytes(of reference: BlobReference) async throws -> [UInt8] { try await inner.bytes(of: reference) }
}

private struct TrappedIdeaIndex: IdeaIndex {
  let inner: any IdeaIndex
  let trap: FaultPlan.Trap

  func reserve(_ idea: IndexedIdea, atMicroseconds: Int64?) async throws -> IndexedIdea {
    trap.pass("reserve.before")
    defer { trap.pass("reserve.after") }
    return try await inner.reserve(idea, atMicroseconds: atMicroseconds)
  }
  func ideas(on template: String, subject: String?, from page: String?, limit: Int) async throws -> IdeaPage {
    try await inner.ideas(on: template, subject: subject, from: page, limit: limit)
  }
  func isComplete() async throws -> Bool { try await inner.isComplete() }
  func markComplete() async throws { try await inner.markComplete() }
}

private struct TrappedRunner: ProgramRunner {
  let inner: any ProgramRunner
  let trap: FaultPlan.Trap

  func run(
    _ program: ContainedProgram, for attempt: StepAttempt, prices: Prices, blobs: any BlobStore
  ) async throws -> Settled<ProgramOutcome> {
    trap.pass("launch.before")
    defer { trap.pass("launch.after") }
    return try await inner.run(program, for: attempt, prices: prices, blobs: blobs)
  }
}

private struct TrappedLog: MessageLog {
  let inner: any MessageLog
  let trap: FaultPlan.Trap

  func publish(_ messages: [Message]) async throws {
    let name = "publish.\(messages.first?.headers[HeaderName.stage] ?? "none")"
    trap.pass("\(name).before")
    try await inner.publish(messages)
    trap.pass("\(name).after")
  }
  func consumer(of topics: [Topic], worker: WorkerID) async throws -> any MessageConsumer {
    TrappedConsumer(inner: try await inner.consumer(of: topics, worker: worker), trap: trap)
  }
  func browse(_ topic: Topic, limit: Int) async throws -> [StoredMessage] {
    try await inner.browse(topic, limit: limit)
  }
  func holds(_ key: String, in topic: Topic) async throws -> Bool { try await inner.holds(key, in: topic) }
  func remove(_ identity: String, from topic: Topic) async throws -> Bool {
    try await inner.remove(identity, from: topic)
  }
  func setControl(_ key: String, to value: [UInt8]?) async throws {
    trap.pass("control.before")
    try await inner.setControl(key, to: value)
    trap.pass("control.after")
  }
  func control() async throws -> [String: [UInt8]] { try await inner.control() }
  func control(under prefix: String) async throws -> [String: [UInt8]] { try await inner.control(under: prefix) }
}

private struct TrappedConsumer: MessageConsumer {
  let inner: any MessageConsumer
  let trap: FaultPlan.Trap

  func next(of topics: Set<Topic>) async throws -> (any Delivery)? {
    try await inner.next(of: topics).map { TrappedDelivery(inner: $0, trap: trap) }
  }
  func close() async { await inner.close() }
}

private struct TrappedDelivery: Delivery {
  let inner: any Delivery
  let trap: FaultPlan.Trap
  var message: Message { inner.message }
  var count: Int { inner.count }

  func finish() async throws { try await around("finish") { try await inner.finish() } }
  func giveBack() async throws { try await around("giveBack") { try await inner.giveBack() } }
  func retry(afterSeconds: Int, headers: [String: String]) async throws {
    try await around("retry") { try await inner.retry(afterSeconds: afterSeconds, headers: headers) }
  }
  func deadLetter(headers: [String: String]) async throws {
    try await around("deadLetter") { try await inner.deadLetter(headers: headers) }
  }
  private func around(_ name: String, _ end: () async throws -> Void) async throws {
    trap.pass("\(name).before")
    try await end()
    trap.pass("\(name).after")
  }
}
