public import PaperModel

/// The state of a stream, derived from its journal's entries alone.
public struct StreamState: Sendable {
  /// How a stream ended.
  public enum End: Sendable, Hashable {
    /// All its stages are finished.
    case done
    /// It was given up at a stage.
    case dead(Stage, Failure)
    /// It was cancelled, for this reason.
    case cancelled(String)
  }

  /// The worker that works on the stream.
  public struct Claim: Sendable, Hashable {
    public let worker: WorkerID
    public let stage: Stage
    /// The attempt, from 1.
    public let attempt: Int
    /// The number of the entry.
    public let number: Int64
    /// Whether the worker has ended the attempt itself; then the stream has no owner.
    public var isOver = false
  }

  /// How a worker gave the stream back.
  public struct Release: Sendable, Hashable {
    public let reason: String
    /// The number of the entry.
    public let number: Int64
  }

  /// A run that a stage asked for.
  public struct Asked: Sendable, Hashable {
    public let ask: RunAsk
    /// The stage that asked.
    public let stage: Stage
    /// Its end, once folded in.
    public var end: RunEnd?
    /// Whether the visit that asked reached `waiting`: then the run is certainly in the log.
    public var isPublished = false
    /// The number of ends of the stage's runs that were folded in before this one's; nil while it is open.
    public var fold: Int?
  }

  public let stream: StreamID
  /// The number of entries; also the number of the next one.
  public private(set) var length: Int64 = 0
  /// Nil while the journal is empty.
  public private(set) var opening: Opening?
  /// The most that it may cost.
  public private(set) var cap = Money.zero
  /// Of a paper: the number of its campaign's latest grant that its cap takes into account; 0 before the first.
  public private(set) var grant: Int64 = 0
  /// Of a campaign: the number of the latest grant to each paper that got one.
  public private(set) var grants: [StreamID: Int64] = [:]
  /// The current stage, or the next one.
  public private(set) var stage: Stage
  /// The visit of that stage, from 1.
  public private(set) var visit = 1
  /// The latest claim.
  public private(set) var claim: Claim?
  /// Stages claimed since their latest start.
  public private(set) var claimed: Set<Stage> = []
  /// Results of finished stages.
  public private(set) var results: [Stage: BlobReference] = [:]
  /// The items that follow the finished stages.
  public private(set) var following: [Stage: [WorkItem]] = [:]
  /// Results of finished steps.
  public private(set) var stepResults: [StepID: BlobReference] = [:]
  public private(set) var books = Books()
  /// The charges up to the end of the latest finished stage: the same whenever the stage is repeated.
  public private(set) var spentBefore = Money.zero
  /// The runs, in the order of the asks.
  public private(set) var asked: [Asked] = []
  /// The memo of the current stage from earlier visits: that of its latest ask.
  public private(set) var memo: BlobReference?
  /// Whether the current visit has folded in an end: if it is repeated, it gets the same ends, even if more runs have
  /// ended.
  public private(set) var hasFolded = false
  /// How it ended, if it has.
  public private(set) var end: End?
  /// Attempts of the stage that ended in a failure.
  public private(set) var failures = 0
  /// Attempts of the stage whose workers were lost, since the last one with a result.
  public private(set) var losses = 0
  /// Those of them that were lost within `RetryPolicy.quickLossSeconds`.
  public private(set) var quickLosses = 0
  /// The time of the latest entry that is no annotation: microseconds since 1970.
  private var lastWorkMicroseconds: Int64 = 0
  /// The time of the latest entry: microseconds since 1970.
  public private(set) var lastMicroseconds: Int64 = 0
  /// The time of the first entry: microseconds since 1970.
  public private(set) var firstMicroseconds: Int64 = 0
  /// The latest entry, annotations aside, if it is `released`: no worker has tried since.
  public private(set) var release: Release?
  /// The time of the stage's first failed attempt: microseconds since 1970.
  public private(set) var firstFailureMicroseconds: Int64?

  /// The state before the first entry.
  public init(_ stream: StreamID) {
    self.stream = stream
    stage = StageGraph.first(of: stream.kind)
  }

  /// The state after these entries.
  /// - Throws: the `JournalError` that `apply` throws.
  public init(_ stream: StreamID, _ entries: [JournalEntry]) throws(JournalError) {
    self.init(stream)
    for entry in entries { try apply(entry) }
  }

  /// The amount that an ask adds to the books: a run that was on them before a replay is there already.
  public func added(by asks: [RunAsk]) -> Money {
    asks.reduce(.zero) { $0 + $1.opening.cap - (books.runs[$1.run] ?? .zero) }
  }

  /// The amount that opening other streams adds to the books.
  public func added(byOpening items: [WorkItem]) -> Money {
    items.reduce(.zero) {
      $0 + ($1.stream == stream ? .zero : max(.zero, $1.opening.cap - (books.opened[$1.stream] ?? .zero)))
    }
  }

  /// The amount left to spend.
  public var remaining: Money { cap - books.total }
  /// The items of the streams that this stream opened: a campaign's papers.
  public var opened: [WorkItem] { following[StageGraph.opens] ?? [] }
  /// The result of the stream as a whole; nil until its last stage is finished.
  public var result: BlobReference? { results[StageGraph.last(of: stream.kind)] }
  /// Runs that the current stage asked for and that are not folded in.
  public var openRuns: [Asked] { asked.filter { $0.end == nil } }
  /// Runs that were asked for by a visit that did not reach `waiting`: they may never have been published.
  public var unpublishedRuns: [Asked] { openRuns.filter { !$0.isPublished } }

  /// Whether a worker has claimed the stage and not ended its attempt.
  func isHeld(for stage: Stage) -> Bool { claim.map { !$0.isOver && $0.stage == stage } == true }

  /// If the claim's worker is lost at this time: whether it was lost soon after its last entry.
  func isLossQuick(at microseconds: Int64) -> Bool {
    microseconds - lastWorkMicroseconds <= Int64(RetryPolicy.quickLossSeconds) * 1_000_000
  }

  private mutating func forgetLosses() {
    losses = 0
    quickLosses = 0
  }

  /// Applies the next entry.
  /// - Throws: a `JournalError` that names the stream as damaged if the entry contradicts those before it. The state is
  ///   then of no use.
  public mutating func apply(_ entry: JournalEntry) throws(JournalError) {
    guard entry.number == length else {
      throw .contradiction(stream, at: entry.number, "stands where entry \(length) is due")
    }
    if let complaint = Soundness.complaint(about: entry.fact, in: stream, isFirst: length == 0, isOver: end != nil) {
      throw .contradiction(stream, at: entry.number, complaint)
    }
    do { try take(entry) } catch { throw .contradiction(stream, at: entry.number, error.complaint) }
  }

  private mutating func take(_ entry: JournalEntry) throws(Books.Contradiction) {
    if length == 0 { firstMicroseconds = entry.atMicroseconds }
    length += 1
    lastMicroseconds = entry.atMicroseconds
    switch entry.fact {
    case .opened(let opening):
      self.opening = opening
      cap = opening.cap
    case .claimed(let worker, let stage, _, let attempt):
      if isHeld(for: stage) {
        losses += 1
        if isLossQuick(at: entry.atMicroseconds) { quickLosses += 1 }
      }
      claim = Claim(worker: worker, stage: stage, attempt: attempt, number: entry.number)
      claimed.insert(stage)
    case .capChanged(let money, let number):
      cap = money
      grant = number ?? grant
    case .granted(let paper, let money):
      try books.grant(paper, money)
      grants[paper] = entry.number
    case .replayed(let stage, _): takeUp(from: stage)
    case .cancelled(let reason): close(.cancelled(reason))
    case .deadLettered(let stage, let failure): close(.dead(stage, failure))
    default: try applyWork(entry)
    }
    switch entry.fact {
    case .settledLate, .capChanged, .granted: break
    default:
      lastWorkMicroseconds = entry.atMicroseconds
      release =
        if case .released(_, let reason) = entry.fact { Release(reason: reason, number: entry.number) } else { nil }
    }
  }

  private mutating func applyWork(_ entry: JournalEntry) throws(Books.Contradiction) {
    switch entry.fact {
    case .stepStarted(let step, let attempt, let money):
      try books.reserve(step, attempt: attempt, money, at: entry.atMicroseconds)
    case .stepFinished(let step, let attempt, let result, let charge):
      try books.settle(step, attempt: attempt, as: .finished, charge)
      stepResults[step] = result
      forgetLosses()
    case .stepFailed(let step, let attempt, _, let charge):
      try books.settle(step, attempt: attempt, as: .failed, charge)
    case .stepUnsettled(let step, let attempt, let result, let receipt):
      try books.unsettle(step, attempt: attempt, receipt)
      if case .whole(let blob) = result {
        stepResults[step] = blob
        forgetLosses()
      }
    case .stepAbandoned(let step, let attempt): try books.settle(step, attempt: attempt, as: .abandoned, nil)
    case .settledLate(let step, let attempt, let charge): try books.settleLate(step, attempt: attempt, charge)
    case .asked(let stage, let visit, let runs, let memo):
      self.memo = memo
      hasFolded = false
      for ask in runs {
        asked.append(Asked(ask: ask, stage: stage))
        try books.book(ask.run, ask.opening.cap)
      }
      forgetLosses()
      // The number is used up: a visit that is repeated before `waiting` must not give its runs the same names.
      self.visit = max(self.visit, visit + 1)
    case .waiting(_, let visit):
      for index in asked.indices { asked[index].isPublished = true }
      hasFolded = false
      self.visit = max(self.visit, visit + 1)
      endAttempt()
    case .folded(let run, let end, let booked):
      guard asked.contains(where: { $0.ask.run == run && $0.end == nil }) else {
        throw Books.Contradiction(complaint: "takes in the end of \(run), which is not out")
      }
      let earlier = asked.count { $0.end != nil }
      for index in asked.indices where asked[index].ask.run == run && asked[index].end == nil {
        asked[index].end = end
        asked[index].fold = earlier
      }
      hasFolded = true
      try books.book(run, booked)
      forgetLosses()
    case .stageFinished(let stage, _, let result, let next): try finish(stage, result, next)
    case .attemptFailed:
      failures += 1
      firstFailureMicroseconds = firstFailureMicroseconds ?? entry.atMicroseconds
      claim?.isOver = true
    case .released: claim?.isOver = true
    case .opened, .claimed, .capChanged, .granted, .replayed, .cancelled, .deadLettered: break
    }
  }

  private mutating func endAttempt() {
    claim?.isOver = true
    failures = 0
    forgetLosses()
    firstFailureMicroseconds = nil
  }

  private mutating func finish(
    _ stage: Stage, _ result: BlobReference, _ next: [WorkItem]
  ) throws(Books.Contradiction) {
    results[stage] = result
    following[stage] = next
    for item in next where item.stream != stream { try books.open(item.stream, cap: item.opening.cap) }
    spentBefore = books.total - books.opened.values.reduce(.zero, +)
    endAttempt()
    beginVisits()
    asked = asked.filter { $0.stage != stage }
    if let following = StageGraph.next(after: stage), following.streamKind == stream.kind {
      self.stage = following
    } else {
      end = .done
    }
  }

  private mutating func beginVisits() {
    visit = 1
    memo = nil
    hasFolded = false
  }

  private mutating func close(_ how: End) {
    end = how
    claim?.isOver = true
  }

  private mutating func takeUp(from stage: Stage) {
    for later in StageGraph.stages(of: stream.kind).drop(while: { $0 != stage }) {
      results[later] = nil
      following[later] = nil
      claimed.remove(later)
      asked = asked.filter { $0.stage != later }
    }
    self.stage = stage
    beginVisits()
    end = nil
    endAttempt()
  }
}
