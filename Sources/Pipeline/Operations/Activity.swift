import Journal
public import MessageLog
public import PaperModel
import PipelineRules

/// Watches what goes on, by journals, what is told of them, and heartbeats.
public actor Activity {
  /// How far rates look back.
  private static let windowMicroseconds: Int64 = 600_000_000
  /// How long a worker without work is remembered: a claim older than that may be its last.
  private static let memoryMicroseconds: Int64 = 3_600_000_000

  /// How long a heartbeat is believed where journals need not be read either: every look at one costs a request.
  private static let beliefMicroseconds: Int64 = 5_000_000

  private let deployment: Deployment
  private let scan: JournalScan
  private let clock: any WallClock
  private var spent: [(atMicroseconds: Int64, money: Money)] = []
  private var finished: [Int64] = []
  private var seen: [WorkerID: Int64] = [:]
  private var claimedAt: [StreamID: Int64] = [:]
  private var first: Int64?
  private let belief: Int64
  private var lives: [WorkerID: (isAlive: Bool, atMicroseconds: Int64)] = [:]

  /// Watches an installation.
  /// - Parameter source: where entries are told as they are appended; nil to read the journals with every look.
  public init(_ deployment: Deployment, toldBy source: (any EventSource)? = nil, clock: any WallClock) {
    self.deployment = deployment
    self.clock = clock
    scan = JournalScan(deployment, toldBy: source)
    belief = source == nil ? 0 : Self.beliefMicroseconds
  }

  /// What goes on now.
  /// - Parameters:
  ///   - paused: the campaigns whose work is held back.
  ///   - unfinished: messages of each topic of work that are not finished, where that is known.
  public func look(paused: Set<StreamID>, unfinished: [Topic: Int64]? = nil) async throws -> ActivityReport {
    for entry in try await scan.look() { take(entry) }
    let now = clock.nowMicroseconds
    forget(before: now)
    let states = await scan.states
    let workers = try await workers(states, now)
    let alive = Set(workers.filter(\.isAlive).map(\.worker))
    let window = Double(max(1_000_000, min(Self.windowMicroseconds, now - (first ?? now)))) / 1_000_000
    let money = spent.reduce(Money.zero) { $0 + $1.money }
    return ActivityReport(
      atMicroseconds: now, campaigns: campaigns(states, paused, alive), workers: workers,
      unfinished: unfinished, papersPerHour: Double(finished.count) * 3600 / window,
      costPerMinute: Money(nanodollars: Int64(Double(money.nanodollars) * 60 / window)), windowSeconds: window)
  }

  private func take(_ found: StreamEntry) {
    let time = found.entry.atMicroseconds
    first = min(first ?? time, time)
    switch found.entry.fact {
    case .claimed(let worker, _, _, _):
      seen[worker] = max(seen[worker] ?? 0, time)
      claimedAt[found.stream] = time
    case .stepFinished(_, _, _, let charge), .stepFailed(_, _, _, let charge), .settledLate(_, _, let charge):
      spent.append((time, charge.money))
    case .stageFinished(StageGraph.last(of: .paper), _, _, _): finished.append(time)
    default: break
    }
  }

  private func forget(before now: Int64) {
    spent.removeAll { $0.atMicroseconds < now - Self.windowMicroseconds }
    finished.removeAll { $0 < now - Self.windowMicroseconds }
    seen = seen.filter { $0.value >= now - Self.memoryMicroseconds }
  }

  private func workers(_ states: [StreamID: StreamState], _ now: Int64) async throws -> [ActivityReport.Worker] {
    var holds: [WorkerID: [ActivityReport.Worker.Hold]] = [:]
    for (stream, state) in states {
      guard let claim = state.claim, !claim.isOver, state.end == nil else { continue }
      let seconds = Double(max(0, now - (claimedAt[stream] ?? now))) / 1_000_000
      holds[claim.worker, default: []].append(.init(stream: stream, stage: claim.stage, seconds: seconds))
    }
    let names = Set(seen.keys).union(holds.keys).sorted { $0.name < $1.name }
    try await lookAtHeartbeats(of: names, now)
    return names.compactMap { worker in
      let isAlive = lives[worker]?.isAlive == true
      let held = holds[worker] ?? []
      guard isAlive || !held.isEmpty else { return nil }
      return ActivityReport.Worker(
        worker: worker, isAlive: isAlive, holds: held.sorted { ($1.seconds, $0.stream) < ($0.seconds, $1.stream) })
    }
  }

  /// Looks at heartbeats, where what is known of them is too old.
  private func lookAtHeartbeats(of workers: [WorkerID], _ now: Int64) async throws {
    lives = lives.filter { $0.value.atMicroseconds > now - belief }
    let journal = deployment.journal
    let unknown = workers.filter { lives[$0] == nil }
    let found = try await deployment.parallel(unknown) { try await journal.liveness(of: $0) == .alive }
    for (worker, isAlive) in zip(unknown, found) { lives[worker] = (isAlive, now) }
  }

  private func campaigns(
    _ states: [StreamID: StreamState], _ paused: Set<StreamID>, _ alive: Set<WorkerID>
  ) -> [ActivityReport.Campaign] {
    var campaigns: [StreamID: ActivityReport.Campaign] = [:]
    let own = states.values.filter { $0.stream.kind == .campaign }
    for state in own.sorted(by: { ($0.firstMicroseconds, $0.stream) < ($1.firstMicroseconds, $1.stream) }) {
      var campaign = ActivityReport.Campaign(
        stream: state.stream, cost: state.books.ownSteps + state.books.runs.values.reduce(.zero, +), cap: state.cap,
        isPaused: paused.contains(state.stream), isOver: state.end != nil)
      for item in state.opened { campaign.add(item.stream, states[item.stream], alive) }
      campaigns[state.stream] = campaign
    }
    for state in states.values where state.stream.kind == .run && state.isHeld(alive) {
      guard let name = state.opening?.campaign, let campaign = StreamID(.campaign, name) else { continue }
      campaigns[campaign]?.runs += 1
    }
    return campaigns.values.sorted {
      (states[$0.stream]?.firstMicroseconds ?? 0, $0.stream) < (states[$1.stream]?.firstMicroseconds ?? 0, $1.stream)
    }
  }
}

extension ActivityReport.Campaign {
  /// Counts a paper in; one that nobody has begun has no state.
  fileprivate mutating func add(_ paper: StreamID, _ state: StreamState?, _ alive: Set<WorkerID>) {
    cost += state?.books.total ?? .zero
    let standing: PaperStatus.Standing
    switch state?.end {
    case .done: standing = .done
    case .dead: standing = .dead
    case .cancelled: standing = .cancelled
    case nil where state?.isHeld(alive) == true: standing = .running
    case nil: standing = state.map { !$0.openRuns.isEmpty || $0.failures > 0 } == true ? .waiting : .queued
    }
    standings[standing, default: 0] += 1
    if state?.end == nil {
      stages[state?.stage ?? StageGraph.first(of: .paper), default: 0] += 1
      isOver = false
    }
  }
}

extension StreamState {
  /// Whether a worker that lives has it.
  fileprivate func isHeld(_ alive: Set<WorkerID>) -> Bool {
    guard let claim, !claim.isOver, end == nil else { return false }
    return alive.contains(claim.worker)
  }
}
