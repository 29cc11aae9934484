public import PaperModel
public import StageWorker
internal import Synchronization

/// Turns worker events into metrics and health.
public final class WorkerTelemetry: WorkerObserver {
  /// Stages that share slots.
  public struct SlotGroup: Sendable, Hashable {
    /// The name that dashboards show.
    public let name: String
    public let stages: Set<Stage>
    /// The number of items worked on at a time.
    public let slots: Int

    public init(_ name: String, stages: Set<Stage>, slots: Int) {
      self.name = name
      self.stages = stages
      self.slots = slots
    }
  }

  public let registry = MetricRegistry()
  private let groups: [SlotGroup]
  private let health: Mutex<WorkerHealth>
  private let next: any WorkerObserver
  private let clock: any WallClock
  private let elapsed: @Sendable () -> Duration

  /// Telemetry of a worker.
  /// - Parameters:
  /// - limits: the time limits for health.
  /// - next: receives every event as well.
  /// - clock: the time of day, for timestamps.
  /// - elapsed: the time since some fixed moment, for ages; the machine's steady clock by default.
  public init(
    groups: [SlotGroup], version: String, limits: WorkerHealth.Limits = .init(),
    passingOnTo next: any WorkerObserver = NoObserver(), clock: any WallClock = MachineClock(),
    elapsed: (@Sendable () -> Duration)? = nil
  ) {
    let start = ContinuousClock.now
    let elapsed = elapsed ?? { ContinuousClock.now - start }
    self.groups = groups
    self.next = next
    self.clock = clock
    self.elapsed = elapsed
    health = Mutex(WorkerHealth(limits, startedAt: elapsed()))
    for group in groups { registry.set(MetricCatalogue.slots, group.name, to: Double(group.slots)) }
    registry.set(MetricCatalogue.build, version, to: 1)
    registry.set(MetricCatalogue.lastProgress, to: Double(clock.nowMicroseconds) / 1_000_000)
  }

  public func observe(_ event: WorkerEvent) {
    let now = elapsed()
    let (ended, progressed) = health.withLock { health in
      let before = health.lastProgress
      let ended = health.received(event, at: now)
      return (ended, health.lastProgress != before)
    }
    if let ended {
      registry.observe(ended.took / .seconds(1), in: MetricCatalogue.visitDuration, ended.stage.rawValue)
    }
    if progressed { registry.set(MetricCatalogue.lastProgress, to: Double(clock.nowMicroseconds) / 1_000_000) }
    count(event)
    next.observe(event)
  }

  public func note(_ signal: WorkerSignal) {
    let now = elapsed()
    health.withLock { $0.received(signal, at: now) }
    if case .programBeat = signal {
      registry.set(MetricCatalogue.lastProgress, to: Double(clock.nowMicroseconds) / 1_000_000)
    }
  }

  public var liveness: WorkerHealth.Verdict {
    let now = elapsed()
    return health.withLock { $0.liveness(at: now) }
  }
  public var readiness: WorkerHealth.Verdict {
    let now = elapsed()
    return health.withLock { $0.readiness(at: now) }
  }
  /// The number of streams in work, and the time since the last progress.
  var state: (inHand: Int, sinceProgress: Duration) {
    let now = elapsed()
    return health.withLock { ($0.inHand.count, now - $0.lastProgress) }
  }

  /// Prometheus' text, including values that are measured at the time of the request.
  public var metricsText: String {
    let stages = health.withLock { $0.inHand.values.map(\.stage) }
    for group in groups {
      let used = stages.count { group.stages.contains($0) }
      registry.set(MetricCatalogue.slotsUsed, group.name, to: Double(used))
    }
    registry.set(MetricCatalogue.healthy, to: liveness.isGood ? 1 : 0)
    registry.set(MetricCatalogue.ready, to: readiness.isGood ? 1 : 0)
    ProcessMetrics.read(into: registry)
    return registry.text
  }

  private func count(_ event: WorkerEvent) {
    switch event {
    case .claimed(_, let stage, _, _): registry.add(to: MetricCatalogue.attempts, stage.rawValue)
    case .stepFinished(_, let step, let charge): count(step.stage.rawValue, charge)
    case .stepCharged(_, let step, let charge): count(money: charge, step.stage.rawValue)
    case .stepUnsettled(_, let step, _): registry.add(to: MetricCatalogue.unsettled, step.stage.rawValue)
    case .waiting(_, let stage, _): registry.add(to: MetricCatalogue.waits, stage.rawValue)
    case .folded: registry.add(to: MetricCatalogue.folded)
    case .parked: registry.add(to: MetricCatalogue.parked)
    case .unparked: registry.add(-1, to: MetricCatalogue.parked)
    case .calledOff: break  // its end is an event of its own
    case .stageFinished(_, let stage, _): registry.add(to: MetricCatalogue.finished, stage.rawValue)
    case .willRetry(_, let stage, let failure, _):
      registry.add(to: MetricCatalogue.retries, stage.rawValue, failure.kind)
    case .snoozed(_, let stage, _, _), .leftToOthers(_, let stage, _, _):
      registry.add(to: MetricCatalogue.snoozed, stage.rawValue)
    case .deadLettered(_, let stage, let failure):
      registry.add(to: MetricCatalogue.deadLetters, stage.rawValue, failure.kind)
    case .poison: registry.add(to: MetricCatalogue.poison)
    case .superseded(_, let stage): registry.add(to: MetricCatalogue.superseded, stage.rawValue)
    case .cancelled: registry.add(to: MetricCatalogue.cancelled)
    case .troubled, .logIsAway, .rests: registry.add(to: MetricCatalogue.troubles)
    case .stepWaits, .logIsBack: break
    }
  }

  private func count(_ stage: String, _ charge: Charge) {
    registry.add(to: MetricCatalogue.steps, stage)
    count(money: charge, stage)
    registry.observe(Double(charge.wallNanoseconds) / 1e9, in: MetricCatalogue.stepDuration, stage)
  }

  private func count(money charge: Charge, _ stage: String) {
    registry.add(Double(charge.money.nanodollars), to: MetricCatalogue.cost, stage)
    registry.add(Double(charge.cpuNanoseconds) / 1e9, to: MetricCatalogue.cpu, stage)
  }
}
