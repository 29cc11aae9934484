public import PaperModel
internal import PipelineRules

/// The state of one campaign or paper with its runs, without its history.
public struct BoardRow: Projection, Sendable, Hashable, Codable {
  public let stream: StreamID
  public internal(set) var title = ""
  /// Whether the stream has a journal; a paper that no worker has claimed yet has none.
  public private(set) var hasBegun = false
  /// The most that it may cost.
  public internal(set) var cap = Money.zero
  public private(set) var stage: Stage
  private var ended: Standing?
  /// What is wrong with its journal; nil if nothing is known to be.
  private var damage: String?
  private var latestReason: String?
  /// The first entry's time: microseconds since 1970.
  public private(set) var begunMicroseconds: Int64 = 0
  /// The latest entry's time: microseconds since 1970.
  public private(set) var updatedMicroseconds: Int64 = 0
  /// The review's overall score, 1 to 10.
  public internal(set) var score: Int?
  /// The result of the last stage, until its title and score are known.
  var revision: BlobReference?
  /// The claims of the stream and its runs, by stream.
  private(set) var claims: [String: Claim] = [:]
  public private(set) var ledger = Ledger()
  /// The runs that its stage waits for, with the stage.
  private var openRuns: [String: Stage] = [:]
  private var hasFailed = false
  private var isPutOff = false

  public init(_ stream: StreamID) {
    self.stream = stream
    stage = StageGraph.first(of: stream.kind)
  }

  /// How it ended; nil while it goes on.
  public var end: Standing? { damage == nil ? ended : .damaged }
  /// Why it is dead, damaged or was cancelled, or why it waits.
  public var reason: String? { damage ?? latestReason }

  /// The worker that holds the stream, according to its journal.
  public var claim: Claim? { claims[stream.description] }

  /// The state, given which workers live.
  public func standing(_ isAlive: (WorkerID) -> Bool) -> Standing {
    if let end { return end }
    if let claim { return isAlive(claim.worker) ? .running : .queued }
    return waits ? .waiting : .queued
  }

  /// Whether it waits for runs, a retry or a person.
  var waits: Bool { !openRuns.isEmpty || hasFailed || isPutOff }

  /// Whether it only waits for a raise of its budget.
  public var waitsForBudget: Bool {
    end == nil && claim == nil && isPutOff && openRuns.isEmpty
      && reason?.hasPrefix(ReleaseReason.budgetExhausted) == true
  }

  /// Why it waits; nil if it does not.
  public var waitingReason: String? {
    guard end == nil, claim == nil, waits else { return nil }
    if !isPutOff, !hasFailed {
      return "\(openRuns.count) of its runs \(openRuns.count == 1 ? "is" : "are") not finished"
    }
    return reason
  }

  /// From its first entry to its last.
  public var seconds: Double { Double(updatedMicroseconds - begunMicroseconds) / 1_000_000 }

  /// Applies an entry of the stream, or of one of its runs.
  public mutating func apply(_ found: StreamEntry) {
    let complaint = found.stream == stream ? complaint(about: found.entry.fact) : nil
    if let complaint { setDamaged(JournalError.contradiction(stream, at: found.entry.number, complaint).message) }
    ledger.apply(found)
    let fact = found.entry.fact
    claim(found)
    guard found.stream == stream else { return }
    if !hasBegun { begunMicroseconds = found.entry.atMicroseconds }
    hasBegun = true
    updatedMicroseconds = max(updatedMicroseconds, found.entry.atMicroseconds)
    switch fact {
    case .opened(let opening):
      if score == nil { title = opening.title }
      cap = opening.cap
    case .claimed(_, let stage, _, _):
      self.stage = stage
      isPutOff = false
    case .capChanged(let money, _): cap = money
    case .asked(let stage, _, let runs, _): for ask in runs { openRuns[ask.run.name] = stage }
    case .folded(let run, _, _): openRuns[run.name] = nil
    case .waiting: endAttempt()
    case .attemptFailed(_, _, let failure):
      hasFailed = true
      latestReason = failure.description
    case .released(_, let reason):
      isPutOff = !ReleaseReason.returned.contains(reason)
      if isPutOff { latestReason = reason }
    case .stageFinished(let stage, _, let result, _): finish(stage, result)
    case .deadLettered(let stage, let failure):
      self.stage = stage
      close(.dead, failure.description)
    case .cancelled(let reason): close(.cancelled, reason)
    case .replayed(let stage, _): takeUp(stage)
    default: break
    }
  }

  /// Notes that its journal is damaged. The first reason stays.
  mutating func setDamaged(_ reason: String) {
    damage = damage ?? reason
    hasBegun = true
    claims[stream.description] = nil
  }

  /// What an entry of its own does that its predecessors do not allow, as far as a row without a history can tell.
  private func complaint(about fact: JournalEntry.Fact) -> String? {
    Soundness.complaint(about: fact, in: stream, isFirst: !hasBegun, isOver: ended != nil)
      ?? ledger.complaint(about: fact, in: stream)
  }

  private mutating func claim(_ found: StreamEntry) {
    let key = found.stream.description
    switch found.entry.fact {
    case .claimed(let worker, let stage, _, _):
      claims[key] = Claim(worker: worker, stage: stage, atMicroseconds: found.entry.atMicroseconds)
    case .waiting, .attemptFailed, .released, .stageFinished, .deadLettered, .cancelled, .replayed: claims[key] = nil
    default: break
    }
  }

  private mutating func endAttempt() {
    hasFailed = false
    isPutOff = false
    latestReason = nil
  }

  private mutating func finish(_ stage: Stage, _ result: BlobReference) {
    endAttempt()
    openRuns = openRuns.filter { $0.value != stage }
    if stream.kind == .paper, let following = StageGraph.next(after: stage) {
      self.stage = following
    } else {
      ended = .done
      if stream.kind == .paper { revision = result }
    }
  }

  private mutating func close(_ end: Standing, _ reason: String) {
    endAttempt()
    ended = end
    latestReason = reason
  }

  private mutating func takeUp(_ stage: Stage) {
    endAttempt()
    ended = nil
    self.stage = stage
    revision = nil
    score = nil
    let order = stream.kind == .paper ? StageGraph.ofPaper : [stage]
    let again = Set(order[(order.firstIndex(of: stage) ?? 0)...])
    openRuns = openRuns.filter { !again.contains($0.value) }
  }
}
