/// One line of a stream's journal.
public struct JournalEntry: Hashable, Sendable {
  /// The place in the journal, from 0.
  public let number: Int64
  /// When it was written: microseconds since 1970, by the writer's clock. For people, and to tell workers that were
  /// lost quickly from others; no rule about money or order stands on it.
  public let atMicroseconds: Int64
  /// What happened.
  public let fact: Fact

  public init(number: Int64, atMicroseconds: Int64, fact: Fact) {
    precondition(number >= 0)
    self.number = number
    self.atMicroseconds = atMicroseconds
    self.fact = fact
  }

  /// What an entry says.
  public enum Fact: Hashable, Sendable {
    /// Entry 0: what the stream is.
    case opened(Opening)
    /// A worker takes the stream for a stage; the attempts of a stage are numbered from 1 and snoozes do not count.
    case claimed(worker: WorkerID, stage: Stage, visit: Int, attempt: Int)
    /// Money is set aside and the step begins. The attempts of a step are numbered from 1.
    case stepStarted(StepID, attempt: Int, reserved: Money)
    /// The step has its result, and what it cost takes the reservation's place.
    case stepFinished(StepID, attempt: Int, result: BlobReference, charge: Charge)
    /// The step has no result, and this is what it cost all the same.
    case stepFailed(StepID, attempt: Int, failure: Failure, charge: Charge)
    /// A successor found the step open: its reservation stays on the books as uncertain.
    case stepAbandoned(StepID, attempt: Int)
    /// What an abandoned attempt really cost, learnt late.
    case settledLate(StepID, attempt: Int, charge: Charge)
    /// Runs are wanted; their allowances are on the books from here. The memo is what later visits of the stage
    /// remember.
    case asked(stage: Stage, visit: Int, runs: [RunAsk], memo: BlobReference? = nil)
    /// All that was asked for is in the log; the visit is over.
    case waiting(stage: Stage, visit: Int)
    /// A run's end is taken in, and all that its journal reserved takes the allowance's place.
    case folded(run: StreamID, end: RunEnd, booked: Money)
    /// The stage has its result; these items follow.
    case stageFinished(stage: Stage, visit: Int, result: BlobReference, next: [WorkItem])
    /// The attempt failed and another will be made.
    case attemptFailed(stage: Stage, attempt: Int, failure: Failure)
    /// The worker gives the stream back without an attempt being counted: it drains, or waits for a person or a budget.
    case released(stage: Stage, reason: String)
    /// The end of a stream that could not go on. A replay takes it up again.
    case deadLettered(stage: Stage, failure: Failure)
    /// The end of a stream by a person's word.
    case cancelled(reason: String)
    /// A new cap.
    case capChanged(Money)
    /// A person takes the stream up again from a stage; results of that stage and later ones no longer count.
    case replayed(from: Stage, reason: String)
  }
}
