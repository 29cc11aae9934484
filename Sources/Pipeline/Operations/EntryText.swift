public import PaperModel

extension JournalEntry.Fact {
  /// The entry as one line of text.
  public var words: String {
    switch self {
    case .opened(let opening): "opened: \(opening.title); it may cost \(opening.cap)"
    case .claimed(let worker, let stage, let visit, let attempt):
      "\(stage.rawValue): claimed by \(worker)" + (visit > 1 ? ", pass \(visit)" : "")
        + (attempt > 1 ? ", attempt \(attempt)" : "")
    case .waiting(let stage, _): "\(stage.rawValue): waits for its runs"
    case .asked(let stage, _, let runs, _):
      "\(stage.rawValue): asks for \(runs.count == 1 ? "a run" : "\(runs.count) runs"): "
        + runs.map { "\($0.run.name) (\($0.opening.title))" }.joined(separator: ", ")
    case .folded(let run, let end, let booked): "\(run.name) \(end.words); \(booked) is booked for it"
    case .stageFinished(let stage, _, let result, let next):
      "\(stage.rawValue): finished, result \(result)" + Self.opened(next)
    case .attemptFailed(let stage, let attempt, let failure): "\(stage.rawValue): attempt \(attempt) failed: \(failure)"
    case .released(let stage, let reason): "\(stage.rawValue): given back for later: \(reason)"
    case .deadLettered(let stage, let failure): "\(stage.rawValue): given up: \(failure)"
    case .cancelled(let reason): "cancelled: \(reason)"
    case .capChanged(let cap, _): "may cost \(cap) from now on"
    case .granted(let paper, let cap): "keeps \(cap) for \(paper.name) from now on"
    case .replayed(let stage, let reason): "replayed from \(stage.rawValue): \(reason)"
    default: stepWords
    }
  }

  private var stepWords: String {
    switch self {
    case .stepStarted(let step, let attempt, let reserved):
      "\(step.place): begins\(Self.again(attempt)), \(reserved) reserved"
    case .stepFinished(let step, let attempt, _, let charge):
      "\(step.place): done\(Self.again(attempt)), cost \(charge.money)"
    case .stepFailed(let step, let attempt, let failure, let charge):
      "\(step.place): failed\(Self.again(attempt)), cost \(charge.money): \(failure)"
    case .stepUnsettled(let step, let attempt, .whole, let receipt):
      "\(step.place): done\(Self.again(attempt)); its cost is uncertain: \(receipt.reason)"
    case .stepUnsettled(let step, let attempt, .missing(let failure), let receipt):
      "\(step.place): failed\(Self.again(attempt)), its cost is uncertain (\(receipt.reason)): \(failure)"
    case .stepAbandoned(let step, let attempt):
      "\(step.place): its worker was lost\(Self.again(attempt)); its cost is uncertain"
    case .settledLate(let step, let attempt, let charge):
      "\(step.place): the attempt whose cost was uncertain\(Self.again(attempt)) is settled, cost \(charge.money)"
    default: preconditionFailure("handled before")
    }
  }

  private static func again(_ attempt: Int) -> String { attempt > 1 ? " (attempt \(attempt))" : "" }

  private static func opened(_ next: [WorkItem]) -> String {
    let papers = next.filter { $0.stage == StageGraph.first(of: .paper) }.map(\.stream.name)
    return papers.isEmpty ? "" : "; opens " + papers.joined(separator: ", ")
  }
}

extension StepID {
  /// The step as text: `write, latex.compile`.
  fileprivate var place: String { "\(stage.rawValue), \(name)" + (ordinal > 0 ? " \(ordinal + 1)" : "") }
}

extension RunEnd {
  fileprivate var words: String {
    switch self {
    case .finished: "has ended with a result"
    case .dead(let failure): "was given up (\(failure.message))"
    case .cancelled: "was cancelled"
    }
  }
}
