import Journal
import MessageLog
import Operations
import PaperModel
import PipelineRules
import StageWorker
import Synchronization

/// A small world: stores in memory, a clock that stands still, workers that a test starts, stops, freezes and kills.
final class World: Sendable {
  let signal = Doorbell()
  let clock = ManualClock()
  let journal: InMemoryJournal
  let log: SimulatedLog
  let blobs = MemoryBlobs()
  let authors = Authors()
  let provider = Provider()
  let told = RecordedEvents()
  let script: Script
  let mistakes: any Mistakes
  let settlements: @Sendable (Provider) -> any Settlements
  let usualBudget: Money?

  init(
    _ script: Script = Script(), mistakes: any Mistakes = NoMistakes(), forgetsCounts: Bool = false,
    usualBudget: Money? = nil, settlements: @escaping @Sendable (Provider) -> any Settlements = { _ in NoSettlements() }
  ) {
    self.script = script
    self.mistakes = mistakes
    self.settlements = settlements
    self.usualBudget = usualBudget
    journal = InMemoryJournal(clock: clock)
    log = SimulatedLog(clock: clock, signal: signal, forgetsCounts: forgetsCounts)
    mistakes.attach(log)
  }

  /// Operations on this world, without faults.
  var deployment: Deployment {
    let life = Life("operator", signal: signal)
    return Deployment(
      Stores(
        log: LifeLog(log: log, life: life, mistakes: NoMistakes()), journal: journal, blobs: blobs,
        events: LifeEvents(told, life), clock: clock))
  }

  func opening(cap: Money) async throws -> Opening {
    Opening(
      campaign: "c", title: "campaign", cap: cap, snoozesWhenExhausted: script.snoozesWhenExhausted,
      definition: try await blobs.keep([]))
  }

  static let campaign = StreamID(.campaign, "c")!
  static let paper = StreamID(.paper, "c.1")!

  /// Enqueues a campaign.
  func submitCampaign(cap: Money = Money(nanodollars: 10_000)) async throws {
    log.publish([Message(WorkItem(stream: Self.campaign, stage: .ideate, opening: try await opening(cap: cap)))])
  }

  /// Enqueues a paper at its first stage.
  func submitPaper() async throws {
    let opening = try await opening(cap: script.paperCap)
    log.publish([Message(WorkItem(stream: Self.paper, stage: .novelty, opening: opening))])
  }

  static let parking = WorkerConfiguration.Parking()
  /// How long workers wait before they try again to end a delivery.
  static let endPauses = WorkerConfiguration.endPauses + [WorkerConfiguration.longestEndPause]

  func start(
    _ name: String, fault: (call: Int, kind: Life.Fault)? = nil, policy: RetryPolicy = .standard, slots: Int = 1,
    topics: [Topic] = Topic.allWork, drainLimit: Duration = .seconds(20), mostParked: Int = parking.most,
    mostPaused: Int = parking.mostPaused
  ) -> RunningWorker {
    let life = Life(name, fault: fault, signal: signal)
    let observer = Watcher(signal: signal)
    let sleeper = StandingClock(signal: signal)
    var configuration = WorkerConfiguration(
      worker: life.worker, groups: [.init(topics: Set(topics), slots: slots)], policy: policy, drainLimit: drainLimit,
      version: "test")
    configuration.parking.most = mostParked
    configuration.parking.mostPaused = mostPaused
    let stores = Stores(
      log: LifeLog(log: log, life: life, mistakes: mistakes),
      journal: LifeJournal(journal: journal, life: life, authors: authors, mistakes: mistakes),
      blobs: LifeBlobs(blobs: blobs, life: life), events: LifeEvents(told, life), clock: clock)
    let worker = StageWorker(
      configuration, stores, handlers: ScriptedHandler.all(script, life, provider, mistakes),
      settlements: settlements(provider), usualBudget: { [usualBudget] _, _ in usualBudget }, sleeper: sleeper,
      observer: observer)
    return RunningWorker(worker, life, observer, sleeper, signal)
  }

  /// Runs a worker, and advances time with it, until nothing is left that time could bring.
  func drive(_ running: RunningWorker) async throws {
    for _ in 0..<20_000 {
      try await until { running.hasEnded || running.life.isFrozen || self.isResting(running) }
      if running.hasEnded || running.life.isFrozen { return }
      if running.parked > 0 {
        clock.advance(microseconds: Int64(Self.parking.every / .microseconds(1)))
        running.sleeper.step(Self.parking.every)
      } else if running.unended > 0 {
        for pause in Self.endPauses { running.sleeper.step(pause) }
      } else if let due = log.earliestDue {
        clock.advance(microseconds: max(0, due - clock.nowMicroseconds))
      } else {
        return
      }
      log.wake()
    }
    throw Failure(kind: "endless", "The worker does not come to rest.")
  }

  /// Whether nothing happens before time advances.
  func isResting(_ running: RunningWorker) -> Bool {
    let parked = running.parked
    return log.isIdle(running.life.worker, parked: parked, unended: running.unended)
      && (parked == 0 || running.sleeper.isSlept(Self.parking.every))
  }

  /// Waits for a condition; it is checked whenever anything happens.
  func until(_ isTrue: @Sendable () -> Bool) async throws {
    while true {
      let seen = signal.rings
      if isTrue() { return }
      try await signal.wait(past: seen)
    }
  }

  func state(of stream: StreamID) async throws -> StreamState {
    try StreamState(stream, try await journal.entries(of: stream, from: 0))
  }

  /// The paper's state after one worker has done all there is to do.
  func workedPaper() async throws -> StreamState {
    try await submitPaper()
    let worker = start("a")
    try await drive(worker)
    await worker.stop()
    return try await state(of: Self.paper)
  }
}

/// A worker at work.
final class RunningWorker: Sendable {
  let life: Life
  let watcher: Watcher
  let sleeper: StandingClock
  private let task: Task<Void, any Error>
  private let ended: Mutex<Bool>.Box

  init(_ worker: StageWorker, _ life: Life, _ watcher: Watcher, _ sleeper: StandingClock, _ signal: Doorbell) {
    self.life = life
    self.watcher = watcher
    self.sleeper = sleeper
    let ended = Mutex<Bool>.Box(false)
    self.ended = ended
    task = Task {
      defer {
        ended.value.withLock { $0 = true }
        signal.ring()
      }
      try await worker.run()
    }
  }

  var hasEnded: Bool { ended.value.withLock { $0 } }
  var events: [WorkerEvent] { watcher.events }

  /// The number of parked deliveries.
  var parked: Int {
    events.reduce(0) { count, event in
      switch event {
      case .parked: count + 1
      case .unparked: count - 1
      default: count
      }
    }
  }

  /// The number of deliveries whose end is tried again after a pause.
  var unended: Int { World.endPauses.reduce(0) { $0 + sleeper.count(of: $1) } }

  /// Asks it to stop, as a signal does.
  func cancel() { task.cancel() }

  /// Stops it and waits for its end.
  func stop() async {
    task.cancel()
    _ = await task.result
  }

  /// Waits for its end; returns nil unless it failed.
  func end() async -> (any Error)? {
    if case .failure(let error) = await task.result { error } else { nil }
  }
}

extension Mutex {
  final class Box: Sendable where Value: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
  }
}

/// Records a worker's events.
final class Watcher: WorkerObserver {
  private let kept = Mutex<[WorkerEvent]>([])
  private let signal: Doorbell
  init(signal: Doorbell) { self.signal = signal }
  var events: [WorkerEvent] { kept.withLock { $0 } }
  func observe(_ event: WorkerEvent) {
    kept.withLock { $0.append(event) }
    signal.ring()
  }
}
