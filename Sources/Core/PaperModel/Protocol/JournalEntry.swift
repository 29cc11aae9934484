/// One entry of a stream's journal.
public struct JournalEntry: Hashable, Sendable {
  /// The number of the entry in its journal, from 0.
  public let number: Int64
  /// The time of writing: microseconds since 1970, by the writer's clock. For people, and to tell quick losses of
  /// workers from others; no rule about money or order depends on it.
  public let atMicroseconds: Int64
  public let fact: Fact

  public init(number: Int64, atMicroseconds: Int64, fact: Fact) {
    precondition(number >= 0)
    self.number = number
    self.atMicroseconds = atMicroseconds
    self.fact = fact
  }

  /// What came of a step whose price is not known.
  public enum StepResult: Hashable, Sendable {
    case whole(BlobReference)
    case missing(Failure)
  }

  /// The content of an entry.
  public enum Fact: Hashable, Sendable {
    /// Entry 0: the definition of the stream.
    case opened(Opening)
    /// A worker claims the stream for a stage; attempts of a stage are numbered from 1, and snoozes do not count.
    case claimed(worker: WorkerID, stage: Stage, visit: Int, attempt: Int)
    /// Money is reserved and the step begins. Attempts of a step are numbered from 1.
    case stepStarted(StepID, attempt: Int, reserved: Money)
    /// The step has its result, and its cost replaces the reservation.
    case stepFinished(StepID, attempt: Int, result: BlobReference, charge: Charge)
    /// The step has no result, but this cost.
    case stepFailed(StepID, attempt: Int, failure: Failure, charge: Charge)
    /// The step is over, and its owner does not know its price: the reservation stays on the books. A step that has its
    /// result is not taken again.
    case stepUnsettled(StepID, attempt: Int, StepResult, Receipt)
    /// A successor found the step open: its reservation stays on the books as uncertain.
    case stepAbandoned(StepID, attempt: Int)
    /// The true cost of an abandoned or unsettled attempt, learnt late.
    case settledLate(StepID, attempt: Int, charge: Charge)
    /// Runs are requested; their allowances are on the books from here. The memo is for later visits of the stage.
    case asked(stage: Stage, visit: Int, runs: [RunAsk], memo: BlobReference? = nil)
    /// All requested runs are in the log; the visit is over.
    case waiting(stage: Stage, visit: Int)
    /// A run's end is folded in, and the sum of its journal's reservations replaces the allowance.
    case folded(run: StreamID, end: RunEnd, booked: Money)
    /// The stage has its result; these items follow.
    case stageFinished(stage: Stage, visit: Int, result: BlobReference, next: [WorkItem])
    /// The attempt failed and another will be made.
    case attemptFailed(stage: Stage, attempt: Int, failure: Failure)
    /// The worker releases the stream without an attempt being counted: it drains, or waits for a person or a budget.
    case released(stage: Stage, reason: String)
    /// The stream was given up. A replay continues it.
    case deadLettered(stage: Stage, failure: Failure)
    /// The stream was cancelled.
    case cancelled(reason: String)
    /// The cap was changed. A paper's names the grant of its campaign that covers it, by the entry's number; nil where
    /// there was none.
    case capChanged(Money, grant: Int64? = nil)
    /// In a campaign: from here on its books hold this amount for the paper, whatever the paper's own cap is.
    case granted(paper: StreamID, Money)
    /// The stream is replayed from a stage; results of that stage and later ones no longer count.
    case replayed(from: Stage, reason: String)
  }
}
