import Journal
import MessageLog
import PaperModel
import PipelineRules
import Synchronization
import Testing

@testable import StageWorker

/// Steps that a handler takes side by side.
@Suite(.timeLimit(.minutes(10))) struct SideBySideTests {
  @Test(arguments: Life.Fault.allCases)
  func `whatever call is struck, no step is paid twice, also in another order`(_ kind: Life.Fault) async throws {
    let script = Script.sideBySide(["x", "y", "z"])
    let quiet = try await Ordeal.run(script, fault: nil)
    #expect(quiet.found == [])
    for call in quiet.calls.indices {
      let ordeal = try await Ordeal.run(script, fault: (call, kind))
      #expect(ordeal.found == [], "call \(call), \(kind)")
      let sealed = try await Ordeal.run(
        script, fault: (call, kind), settlements: { SealingSettlements(provider: $0) })
      #expect(sealed.found == [], "call \(call), \(kind)")
    }
  }

  @Test func `a step that does not fit waits for an open step to return money`() async throws {
    let waits = Doorbell()
    let world = World(.narrow(isOrdered: true, until: waits))
    try await world.submitPaper()
    let worker = world.start("a")
    // The first step is held open until the second one has found no room, so that it must wait.
    try await world.until {
      worker.events.contains {
        switch $0 {
        case .stepWaits(World.paper, let step, Script.large): step.name == "model"
        case .deadLettered: true
        default: false
        }
      }
    }
    waits.ring()
    try await world.drive(worker)
    await worker.stop()
    #expect(violations(try await Evidence(world)) == [])
    #expect(try await world.state(of: World.paper).end == .done)
  }

  @Test func `a step that never fits is refused once no step is open`() async throws {
    var script = Script.sideBySide([])
    script.special[.novelty] = { _, hand in
      async let first = hand.step("model", request: "first")
      async let second = hand.step("model", request: "second", reserving: Money(nanodollars: 999))
      return .finished(result: try await hand.surroundings.keep(json: [try await first, try await second]))
    }
    let world = World(script)
    let state = try await world.workedPaper()
    guard case .dead(.novelty, let failure) = state.end else {
      Issue.record("the paper is not dead")
      return
    }
    #expect(failure.kind == Failure.budgetExhaustedKind)
    #expect(state.books.total == Script.cost)
    #expect(violations(try await Evidence(world)) == [])
  }

  @Test(arguments: [false, true])
  func `a failed step leaves no cancelled step open`(_ isKnown: Bool) async throws {
    var script = Script.sideBySide([])
    let begun = Doorbell()
    script.special[.novelty] = { _, hand in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          let _: String = try await hand.surroundings.step("long", request: "", reserving: Script.reserved) { attempt in
            try hand.provider.execute(attempt, cost: Script.cost)
            begun.ring()
            try await Doorbell().wait(past: 0)
            return Settled("never", charge: .none)
          }
        }
        group.addTask {
          let _: String = try await hand.surroundings.step("bad", request: "", reserving: Script.reserved) { _ in
            try await begun.wait(past: 0)
            throw Failure(kind: "bad", "It does not work.")
          }
        }
        for try await _ in group {}
      }
      return nil
    }
    let world = World(script) { provider in
      if isKnown { SealingSettlements(provider: provider) } else { NoSettlements() }
    }
    let state = try await world.workedPaper()
    guard case .dead(.novelty, let failure) = state.end else {
      Issue.record("the paper is not dead")
      return
    }
    #expect(failure.kind == "bad")
    #expect(state.books.open.isEmpty)
    #expect(state.books.uncertain == (isKnown ? .zero : Script.reserved))
    #expect(state.books.total == (isKnown ? Script.cost : Script.reserved))
    #expect(violations(try await Evidence(world)) == [])
  }

  @Test func `a step within a step is refused`() async throws {
    var script = Script.sideBySide([])
    script.special[.novelty] = { _, hand in
      _ = try await hand.step("outer", request: "") { _ = try await hand.step("inner", request: "") }
      return nil
    }
    #expect(try await failure(of: script)?.kind == "handlerMisuse")
  }

  @Test func `a handler that cancels its own work is counted as failed, not repeated for ever`() async throws {
    var script = Script.sideBySide([])
    script.special[.novelty] = { _, _ in throw CancellationError() }
    #expect(try await failure(of: script)?.kind == "calledOff")
  }

  private func failure(of script: Script) async throws -> Failure? {
    let world = World(script)
    try await world.submitPaper()
    let worker = world.start("a")
    try await world.drive(worker)
    await worker.stop()
    guard case .dead(_, let failure) = try await world.state(of: World.paper).end else { return nil }
    return failure
  }

  @Test func `an entry that was just appended bears its own time, and not that of the entry before`() async throws {
    let world = World()
    _ = try await world.journal.append(
      .opened(try await world.opening(cap: Money(nanodollars: 100))), to: World.paper, at: 0)
    let owned = OwnedStream(
      try await world.state(of: World.paper), journal: Outbox(world.journal, events: NoEvents(), clock: world.clock))
    world.clock.advance(microseconds: 7_000_000)
    let failure = Failure(kind: "k", "m", retryability: .transient)
    try await owned.append { _ in .attemptFailed(stage: .novelty, attempt: 1, failure: failure) }
    let written = try await world.state(of: World.paper)
    #expect(written.firstFailureMicroseconds == world.clock.nowMicroseconds)
    #expect(await owned.state.firstFailureMicroseconds == written.firstFailureMicroseconds)
    #expect(await owned.state.lastMicroseconds == written.lastMicroseconds)
  }

  @Test func `a late settlement reads no entry twice, is counted once, and not where another one was first`()
    async throws
  {
    let world = World()
    let journal = CountedReads(inner: world.journal)
    let step = StepID(
      stage: .novelty, visit: 1, name: "s", ordinal: 0, requestDigest: String(repeating: "0", count: 64))
    let claimed = JournalEntry.Fact.claimed(worker: WorkerID("a"), stage: .novelty, visit: 1, attempt: 1)
    let opening = try await world.opening(cap: Money(nanodollars: 100))
    for fact in [.opened(opening), claimed, .stepStarted(step, attempt: 1, reserved: Money(nanodollars: 9)), claimed] {
      let end = Int64(try await world.journal.entries(of: World.paper, from: 0).count)
      _ = try await world.journal.append(fact, to: World.paper, at: end)
    }
    let watcher = Watcher(signal: world.signal)
    let late = LateSettlement(journal: journal, observer: watcher)
    let attempt = StepAttempt(stream: World.paper, step: step, attempt: 1)
    for _ in 0..<2 { try await late.add(attempt, Charge(money: Money(nanodollars: 4)), after: 3) }
    #expect(try await world.state(of: World.paper).books.settled == Money(nanodollars: 4))
    #expect(try await world.journal.entries(of: World.paper, from: 4).count == 1)
    #expect(journal.read.withLock { $0 } == [3, 3, 4])
    let charged = watcher.events.compactMap { event -> Money? in
      if case .stepCharged(World.paper, step, let charge) = event { charge.money } else { nil }
    }
    #expect(charged == [Money(nanodollars: 4)])
  }

  @Test func `an append that was written though it seemed to fail is the worker's own`() async throws {
    let world = World()
    let journal = LateAnswers(journal: world.journal)
    let opening = try await world.opening(cap: Money(nanodollars: 100))
    _ = try await journal.append(.opened(opening), to: World.paper, at: 0)
    let owned = OwnedStream(
      try await world.state(of: World.paper), journal: Outbox(journal, events: NoEvents(), clock: world.clock))
    journal.isAway.withLock { $0 = true }
    await #expect(throws: JournalError.self) {
      try await owned.append { _ in .released(stage: .novelty, reason: "one") }
    }
    journal.isAway.withLock { $0 = false }
    try await owned.append { _ in .released(stage: .novelty, reason: "two") }
    let reasons = try await world.journal.entries(of: World.paper, from: 1).map(\.fact)
    #expect(
      reasons == [.released(stage: .novelty, reason: "one"), .released(stage: .novelty, reason: "two")])
    #expect(await owned.state.length == 3)
  }
}

extension Script {
  /// The reservation of each step of `narrow`.
  static let large = Money(nanodollars: 40)

  /// A paper whose first stage takes two steps side by side, with room for the reservation of one at a time. The first
  /// stays open until the second asks.
  /// - Parameters:
  ///   - isOrdered: whether the second asks only when the first is reserved.
  ///   - until: what keeps the first open instead.
  static func narrow(isOrdered: Bool, until release: Doorbell? = nil) -> Script {
    var script = Script()
    script.rounds = []
    script.paperCap = Money(nanodollars: 60)
    script.special[.novelty] = { _, hand in
      let reserved = Doorbell()
      let asked = Doorbell()
      // One that fails cancels the other.
      let both = try await withThrowingTaskGroup(of: String.self) { group in
        group.addTask {
          try await hand.step("model", request: "first", reserving: large) {
            reserved.ring()
            try await (release ?? asked).wait(past: 0)
          }
        }
        group.addTask {
          if isOrdered { try await reserved.wait(past: 0) }
          return try await hand.step("model", request: "second", reserving: large, asking: { asked.ring() })
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      return .finished(result: try await hand.surroundings.keep(json: both.sorted()))
    }
    return script
  }

  /// A paper whose first stage takes steps side by side, each when the one before it is reserved; a second worker asks
  /// in the other order.
  static func sideBySide(_ requests: [String]) -> Script {
    var script = Script()
    script.rounds = []
    script.special[.novelty] = { _, hand in
      let order = hand.life.worker.name == "first" ? requests : requests.reversed()
      let begun = order.map { _ in Doorbell() }
      let results = try await withThrowingTaskGroup(of: String.self) { group in
        for (index, request) in order.enumerated() {
          group.addTask {
            if index > 0 { try await begun[index - 1].wait(past: 0) }
            // Also if it is answered from the journal, or fails.
            defer { begun[index].ring() }
            return try await hand.step("model", request: request) { begun[index].ring() }
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      return .finished(result: try await hand.surroundings.keep(json: results.sorted()))
    }
    return script
  }
}

/// A journal that writes entries, and while it is away neither reports that nor answers.
private final class LateAnswers: Journal {
  let journal: InMemoryJournal
  let isAway = Mutex(false)

  init(journal: InMemoryJournal) { self.journal = journal }

  func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
    let isWritten = try await journal.append(fact, to: stream, at: number)
    try check()
    return isWritten
  }
  func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    try check()
    return try await journal.entries(of: stream, from: number)
  }
  func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID] { [] }
  func beat(_ worker: WorkerID) async throws {}
  func sayGoodbye(_ worker: WorkerID) async throws {}
  func liveness(of worker: WorkerID) async throws -> Liveness { try await journal.liveness(of: worker) }
  func living() async throws -> [WorkerID] { try await journal.living() }
  private func check() throws {
    if isAway.withLock({ $0 }) { throw JournalError(.unavailable, "The journal is away.") }
  }
}

/// Notes the numbers of the entries that are read.
private final class CountedReads: JournalDecorator {
  let inner: any Journal
  let read = Mutex<[Int64]>([])

  init(inner: any Journal) { self.inner = inner }

  func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    let entries = try await inner.entries(of: stream, from: number)
    read.withLock { $0 += entries.map(\.number) }
    return entries
  }
}
