import Log
import Operations
import PaperModel
import Projections

/// A journal entry as JSON: one object for each line of `logs --json`.
struct EntryDocument: Codable {
  let at: String
  let stream: String
  let number: Int64
  /// The sentence that `logs` prints.
  let event: String
  /// The kind of entry, e.g. `stepFinished`.
  let type: String
  let stage: String?
  let step: String?
  let attempt: Int?
  let worker: String?
  let costNanodollars: Int64?
  let reservedNanodollars: Int64?
  let capNanodollars: Int64?
  /// Why something failed, was given up, delayed, cancelled or replayed.
  let reason: String?
  /// The kind of a failure.
  let kind: String?
  let output: String?

  init(_ found: StreamEntry, output: String?) {
    let fact = found.entry.fact
    at = Timestamp.text(microseconds: found.entry.atMicroseconds)
    stream = found.stream.description
    number = found.entry.number
    event = fact.words
    type = fact.name
    stage = fact.stage?.rawValue
    step = fact.step?.name
    attempt = fact.attempt
    worker = if case .claimed(let worker, _, _, _) = fact { worker.name } else { nil }
    costNanodollars = fact.charge?.money.nanodollars
    reservedNanodollars = fact.reserved?.nanodollars
    capNanodollars = fact.cap?.nanodollars
    reason = fact.failure?.description ?? fact.reason
    kind = fact.failure?.kind
    self.output = output
  }
}

extension JournalEntry.Fact {
  /// The name of the case, which is also its name in the journal's format.
  fileprivate var name: String { String("\(self)".prefix { $0 != "(" }) }

  fileprivate var stage: Stage? {
    switch self {
    case .claimed(_, let stage, _, _), .asked(let stage, _, _, _), .waiting(let stage, _),
      .stageFinished(let stage, _, _, _), .attemptFailed(let stage, _, _), .released(let stage, _),
      .deadLettered(let stage, _), .replayed(let stage, _):
      stage
    default: step?.stage
    }
  }

  fileprivate var step: StepID? {
    switch self {
    case .stepStarted(let step, _, _), .stepFinished(let step, _, _, _), .stepFailed(let step, _, _, _),
      .stepUnsettled(let step, _, _, _), .stepAbandoned(let step, _), .settledLate(let step, _, _):
      step
    default: nil
    }
  }

  fileprivate var attempt: Int? {
    switch self {
    case .claimed(_, _, _, let attempt), .attemptFailed(_, let attempt, _), .stepStarted(_, let attempt, _),
      .stepFinished(_, let attempt, _, _), .stepFailed(_, let attempt, _, _), .stepAbandoned(_, let attempt),
      .stepUnsettled(_, let attempt, _, _), .settledLate(_, let attempt, _):
      attempt
    default: nil
    }
  }

  fileprivate var charge: Charge? {
    switch self {
    case .stepFinished(_, _, _, let charge), .stepFailed(_, _, _, let charge), .settledLate(_, _, let charge): charge
    default: nil
    }
  }

  fileprivate var reserved: Money? { if case .stepStarted(_, _, let money) = self { money } else { nil } }

  fileprivate var cap: Money? {
    switch self {
    case .opened(let opening): opening.cap
    case .capChanged(let cap, _), .granted(_, let cap): cap
    default: nil
    }
  }

  fileprivate var failure: Failure? {
    switch self {
    case .stepFailed(_, _, let failure, _), .attemptFailed(_, _, let failure), .deadLettered(_, let failure),
      .stepUnsettled(_, _, .missing(let failure), _):
      failure
    default: nil
    }
  }

  fileprivate var reason: String? {
    switch self {
    case .released(_, let reason), .cancelled(let reason), .replayed(_, let reason): reason
    default: nil
    }
  }
}
