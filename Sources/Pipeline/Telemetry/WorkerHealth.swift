public import PaperModel
public import StageWorker

/// A worker's health, judged by its progress. Times are durations since some fixed moment.
///
/// A broker connection proves little: a worker with good connections may have been stuck for an hour, and one that lost
/// its broker a second ago is about to reconnect. So health asks: has every stream in work shown progress lately, and
/// does an idle worker still ask for work?
public struct WorkerHealth: Sendable {
  /// Time limits for signs of progress.
  public struct Limits: Sendable {
    /// The limit for a stream in work without a step, a result or a program's heartbeat.
    public var progress: Duration
    /// The limit between two polls for work, if polls are reported.
    public var polling: Duration
    /// Between two heartbeats of the worker; also how long a failed one counts.
    public var heartbeat: Duration

    public init(
      progress: Duration = .seconds(7200), polling: Duration = .seconds(120), heartbeat: Duration = .seconds(15)
    ) {
      self.progress = progress
      self.polling = polling
      self.heartbeat = heartbeat
    }
  }

  /// Healthy, or not and why.
  public struct Verdict: Sendable, Hashable {
    /// The problems, a sentence each; empty if healthy.
    public let reasons: [String]
    public var isGood: Bool { reasons.isEmpty }
  }

  /// A stream in work.
  struct Work: Sendable, Hashable {
    let stage: Stage
    let since: Duration
    var progress: Duration
  }

  private let limits: Limits
  private let started: Duration
  /// The streams in work.
  private(set) var inHand: [StreamID: Work] = [:]
  /// When the worker last made progress.
  private(set) var lastProgress: Duration
  private var lastPoll: Duration?
  private var lastBeat: Duration?
  private var lastTrouble: (at: Duration, text: String)?
  /// Why the worker took nothing new, until it executes or finishes something.
  private var rest: (since: Duration, text: String)?
  private var takesPart = false
  private var isDraining = false

  public init(_ limits: Limits = Limits(), startedAt now: Duration) {
    self.limits = limits
    started = now
    lastProgress = now
  }

  /// Updates the health with an event of the worker.
  /// - Returns: the work that the event ended, if any.
  @discardableResult
  public mutating func received(_ event: WorkerEvent, at now: Duration) -> (stage: Stage, took: Duration)? {
    switch event {
    case .claimed(let stream, let stage, _, _):
      inHand[stream] = Work(stage: stage, since: now, progress: now)
      lastProgress = now
      return nil
    case .rests(let text, _):
      rest = (rest?.since ?? now, text)
      return nil
    case .stepFinished(let stream, let step, _):
      if step.isContained { rest = nil }
      return progressed(stream, now)
    case .stepCharged(let stream, _, _), .stepUnsettled(let stream, _, _), .folded(let stream, _):
      return progressed(stream, now)
    case .stageFinished(let stream, _, _):
      rest = nil
      lastProgress = now
      return ended(stream, now)
    case .waiting(let stream, _, _), .willRetry(let stream, _, _, _),
      .deadLettered(let stream, _, _), .cancelled(let stream):
      lastProgress = now
      return ended(stream, now)
    case .snoozed(let stream, _, _, _), .leftToOthers(let stream, _, _, _), .superseded(let stream, _):
      return ended(stream, now)
    case .stepWaits, .parked, .unparked, .calledOff, .logIsBack: return nil
    case .logIsAway(let text):
      lastTrouble = (now, text)
      return nil
    case .poison:
      lastProgress = now
      return nil
    case .troubled(let stream, let text):
      lastTrouble = (now, text)
      return stream.flatMap { ended($0, now) }
    }
  }

  /// Updates the health with a signal.
  public mutating func received(_ signal: WorkerSignal, at now: Duration) {
    switch signal {
    case .tookPart: takesPart = true
    case .leftOut: takesPart = false
    case .polled: lastPoll = now
    case .beat:
      lastBeat = now
      lastTrouble = nil
    case .programBeat(let stream): _ = progressed(stream, now)
    case .draining: isDraining = true
    }
  }

  private mutating func progressed(_ stream: StreamID, _ now: Duration) -> (stage: Stage, took: Duration)? {
    inHand[stream]?.progress = now
    lastProgress = now
    return nil
  }

  private mutating func ended(_ stream: StreamID, _ now: Duration) -> (stage: Stage, took: Duration)? {
    inHand.removeValue(forKey: stream).map { ($0.stage, now - $0.since) }
  }

  /// Whether the worker makes progress. `false`: it will not recover by itself; restart it.
  public func liveness(at now: Duration) -> Verdict {
    var reasons = inHand.filter { now - $0.value.progress > limits.progress }.sorted { $0.key < $1.key }.map {
      stream, work in
      "\(work.stage.rawValue) of \(stream) has shown no progress for \(seconds(now - work.progress)) s; "
        + "\(seconds(limits.progress)) s are allowed."
    }
    if inHand.isEmpty, let lastPoll, now - lastPoll > limits.polling, !isDraining {
      reasons.append(
        "Nothing is in hand, and no work was asked for during the last \(seconds(now - lastPoll)) s; "
          + "\(seconds(limits.polling)) s are allowed.")
    }
    return Verdict(reasons: reasons)
  }

  /// Whether the worker can take work. `false`: wait, or see the reasons.
  public func readiness(at now: Duration) -> Verdict {
    var reasons = liveness(at: now).reasons
    if isDraining { reasons.append("The worker drains: it takes nothing new.") }
    if let rest {
      reasons.append(
        "For \(seconds(now - rest.since)) s this machine could not begin what it took: \(rest.text)")
    }
    if !takesPart { reasons.append("The worker does not take part in its topics yet.") }
    if let lastTrouble, now - lastTrouble.at <= limits.heartbeat {
      reasons.append("The message log or the journal could not be used: \(lastTrouble.text)")
    } else if let lastBeat, now - lastBeat > limits.heartbeat {
      reasons.append("The worker's heartbeat was written \(seconds(now - lastBeat)) s ago for the last time.")
    }
    return Verdict(reasons: reasons)
  }

  private func seconds(_ duration: Duration) -> Int64 { duration.components.seconds }
}
