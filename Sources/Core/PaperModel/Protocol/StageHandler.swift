/// One stage's work: the orchestration of a stage, which knows neither the message log's kind nor the journal's.
public protocol StageHandler: Sendable {
  /// The stage that it handles.
  var stage: Stage { get }
  /// Works on a stream. Costly and external acts go through `surroundings.step`; the rest must be a function of the
  /// visit, so that a repetition takes the same steps.
  /// - Throws: a `Failure` says itself whether a later attempt may work; `CancellationError` where the worker drains.
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

/// What a handler is told of the stream that it works on.
public struct StageVisit: Sendable {
  public let stream: StreamID
  public let stage: Stage
  /// The visit of this stage, from 1: a stage that waits for runs is visited again.
  public let visit: Int
  /// What the stream is.
  public let opening: Opening
  /// The results of the stages that are finished.
  public let results: [Stage: BlobReference]
  /// The runs that this stage asked for, in the order in which they were asked for, with their ends where folded.
  public let runs: [AskedRun]
  /// What the stage's latest ask left for later visits; nil where it left nothing.
  public let memo: BlobReference?
  /// What the stream has left to spend.
  public let remaining: Money
  /// What was on the books when the stage before this one was finished: the same at every repetition.
  public let spentBefore: Money

  /// A run that was asked for.
  public struct AskedRun: Sendable, Hashable {
    public let ask: RunAsk
    /// Its end, once it is folded in.
    public let end: RunEnd?
    /// How many ends of the stage's runs came before this one; nil while it is out. Each visit brings at most one
    /// end, so what was decided at an earlier visit had the ends of lower numbers.
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

  /// Whether a run that was asked for is not folded in yet.
  public var hasRunsOut: Bool { runs.contains { $0.end == nil } }
}

/// What a handler wants done next.
public enum StageDecision: Sendable {
  /// The stage has its result. A paper's next stage follows by itself; a campaign names the papers that it opens.
  case finished(result: BlobReference, opens: [WorkItem] = [])
  /// Runs are wanted; the stage is visited again when one ends. At most 1,000, identified by visit and ordinal. Later
  /// visits get the memo, until another ask replaces it.
  case ask([RunAsk], memo: BlobReference? = nil)
  /// Nothing to ask for while runs are out. Only while a run is out.
  case wait
  /// Not now, and no attempt is counted.
  case snooze(afterSeconds: Int, reason: String)
}
