public import PaperModel

/// What a worker reports to its observer: for progress on a terminal, log lines, and signals in tests.
public enum WorkerEvent: Sendable {
  /// A worker began to work on a stage.
  case claimed(StreamID, Stage, visit: Int, attempt: Int)
  /// A step does not fit into the budget until an open step of its visit gives back a part of its reservation.
  case stepWaits(StreamID, StepID, reserving: Money)
  case stepFinished(StreamID, StepID, Charge)
  /// A step without a result was charged: it failed, or its worker was lost and its cost is known now.
  case stepCharged(StreamID, StepID, Charge)
  /// A step is over, with or without a result, and its price is not known.
  case stepUnsettled(StreamID, StepID, Receipt)
  case waiting(StreamID, Stage, out: Int)
  /// A run's end was folded into its paper.
  case folded(StreamID, run: StreamID)
  /// A stage is finished; `next` is nil at the stream's end.
  case stageFinished(StreamID, Stage, next: Stage?)
  /// An attempt failed and another will be made.
  case willRetry(StreamID, Stage, Failure, afterSeconds: Int)
  /// The item is delivered again later; no attempt is counted.
  case snoozed(StreamID, Stage, reason: String, afterSeconds: Int)
  /// This worker lacks what the stage needs: the item is delivered again later for another worker, and no attempt is
  /// counted.
  case leftToOthers(StreamID, Stage, Failure, afterSeconds: Int)
  /// The delivery is kept without a slot: a live worker has claimed the stream, or (nil) the campaign is paused.
  case parked(StreamID, Stage, claimedBy: WorkerID?)
  /// The delivery is no longer parked: it is decided again, or given back.
  case unparked(StreamID, Stage)
  /// The stream was given up.
  case deadLettered(StreamID, Stage, Failure)
  /// The message can't be read.
  case poison(reason: String)
  /// Another worker has taken the stream.
  case superseded(StreamID, Stage)
  /// The stream was cancelled, and the work on it is being stopped.
  case calledOff(StreamID, reason: String)
  /// The stream was cancelled.
  case cancelled(StreamID)
  /// The message log or the journal can't be used for now; the delivery was given back or will be delivered again.
  case troubled(StreamID?, String)
  /// The machine could not begin what the worker took, and the worker takes nothing new for this time.
  case rests(reason: String, seconds: Int)
  /// The message log does not answer.
  case logIsAway(String)
  /// The message log answers again.
  case logIsBack
}

/// Watches a worker. Called from any thread; must return at once.
public protocol WorkerObserver: Sendable {
  func observe(_ event: WorkerEvent)
}

/// Ignores all events.
public struct NoObserver: WorkerObserver {
  public init() {}
  public func observe(_ event: WorkerEvent) {}
}
