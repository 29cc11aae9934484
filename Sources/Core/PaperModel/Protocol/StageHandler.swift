/// The work of one stage, independent of the kinds of message log and journal.
public protocol StageHandler: Sendable {
  var stage: Stage { get }
  /// Works on a stream. Costly and external actions go through `surroundings.step`; the rest must be a function of the
  /// visit, so that a repetition takes the same steps.
  /// - Throws: a `Failure`, which says whether a later attempt may succeed; `CancellationError` if the worker drains.
  func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision
  /// Finds what this worker lacks for the stage, as far as that can be found without the stream: asked before the
  /// stream is claimed again, so it must cost and change nothing.
  /// - Returns: the failure that `handle` would throw, a `later` one; nil if nothing is lacking or that is unknown.
  func lack(for opening: Opening, in blobs: any BlobStore) async -> Failure?
}

extension StageHandler {
  /// Nothing: the stage can be worked on by every worker that has its handler.
  public func lack(for opening: Opening, in blobs: any BlobStore) async -> Failure? { nil }
}

/// What a handler knows of the stream that it works on.
public struct StageVisit: Sendable {
  public let stream: StreamID
  public let stage: Stage
  /// The visit of this stage, from 1: a stage that waits for runs is visited again.
  public let visit: Int
  /// The definition of the stream.
  public let opening: Opening
  /// The results of the finished stages.
  public let results: [Stage: BlobReference]
  /// The runs that this stage asked for, in the order of the requests, with their ends if folded in.
  public let runs: [AskedRun]
  /// The memo of the stage's latest ask, for later visits; nil if there is none.
  public let memo: BlobReference?
  /// The amount that the stream may still spend.
  public let remaining: Money
  /// The amount on the books when the previous stage was finished: the same at every repetition.
  public let spentBefore: Money

  /// A run that the stage asked for.
  public struct AskedRun: Sendable, Hashable {
    public let ask: RunAsk
    /// Its end, once it is folded in.
    public let end: RunEnd?
    /// The number of ends of the stage's runs that were folded in before this one; nil while it is open. Each visit
    /// folds in at most one end, so a decision of an earlier visit had the ends with lower numbers.
    public let fold: Int?

    public init(ask: RunAsk, end: RunEnd?, fold: Int? = nil) {
      self.ask = ask
      self.end = end
      self.fold = fold
    }
  }

  public init(
    stream: StreamID, stage: Stage, visit: Int, opening: Opening, results: [Stage: BlobReference], runs: [AskedRun],
    memo: BlobReference? = nil, remaining: Money, spentBefore: Money
  ) {
    self.stream = stream
    self.stage = stage
    self.visit = visit
    self.opening = opening
    self.results = results
    self.runs = runs
    self.memo = memo
    self.remaining = remaining
    self.spentBefore = spentBefore
  }

  /// Whether a requested run is not folded in yet.
  public var hasRunsOut: Bool { runs.contains { $0.end == nil } }
}

/// A handler's decision.
public enum StageDecision: Sendable {
  /// The stage has its result. A paper's next stage follows by itself; a campaign lists the papers that it opens.
  case finished(result: BlobReference, opens: [WorkItem] = [])
  /// Runs are requested; the stage is visited again when one ends. At most 1,000, identified by visit and ordinal.
  /// Later visits get the memo, until another ask replaces it.
  case ask([RunAsk], memo: BlobReference? = nil)
  /// Nothing to request now. Only while a run is open.
  case wait
  /// Try later; no attempt is counted.
  case snooze(afterSeconds: Int, reason: String)
}
