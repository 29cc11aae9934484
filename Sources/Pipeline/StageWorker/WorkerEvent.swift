public import PaperModel

/// What a worker tells whoever watches it: progress on a terminal, log lines, signals for tests.
public enum WorkerEvent: Sendable {
  /// A stage is being worked on.
  case claimed(StreamID, Stage, visit: Int, attempt: Int)
  /// A step has its result.
  case stepFinished(StreamID, StepID, Charge)
  /// A stage waits for runs.
  case waiting(StreamID, Stage, out: Int)
  /// A run's end was taken in.
  case folded(StreamID, run: StreamID)
  /// A stage has its result; nil follows at a stream's end.
  case stageFinished(StreamID, Stage, next: Stage?)
  /// An attempt failed and another will be made.
  case willRetry(StreamID, Stage, Failure, afterSeconds: Int)
  /// Put off without an attempt being counted.
  case snoozed(StreamID, Stage, reason: String, afterSeconds: Int)
  /// This worker lacks what the stage needs: put off for another worker to take, without an attempt being counted.
  case leftToOthers(StreamID, Stage, Failure, afterSeconds: Int)
  /// Kept without a slot: a live worker has claimed the stream, or (nil) the campaign is paused.
  case parked(StreamID, Stage, claimedBy: WorkerID?)
  /// No longer kept: it is decided again, or given back.
  case unparked(StreamID, Stage)
  /// Given up.
  case deadLettered(StreamID, Stage, Failure)
  /// A message that can't be read.
  case poison(reason: String)
  /// Another worker has the stream.
  case superseded(StreamID, Stage)
  /// The stream was cancelled, and the work on it is being stopped.
  case calledOff(StreamID, reason: String)
  /// The stream was cancelled.
  case cancelled(StreamID)
  /// The message log or the journal can't be used for now; the delivery was given back or will be delivered again.
  case troubled(StreamID?, String)
  /// The message log does not answer any more.
  case logIsAway(String)
  /// The message log answers again.
  case logIsBack
}

/// Watches a worker. Called from any thread; must return at once.
public protocol WorkerObserver: Sendable {
  /// Takes an event.
  func observe(_ event: WorkerEvent)
}

/// Watches nothing.
public struct NoObserver: WorkerObserver {
  /// Watches nothing.
  public init() {}
  /// Does nothing.
  public func observe(_ event: WorkerEvent) {}
}
