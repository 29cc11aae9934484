import PaperModel
import PipelineRules

/// Accounted: nothing is executed without a reservation in a journal, and nothing twice under one reservation.
func accounted(_ evidence: Evidence) -> [Violation] {
  var found: [Violation] = []
  var executed: [StepAttempt: Int] = [:]
  for call in evidence.calls { executed[call.attempt, default: 0] += 1 }
  for (attempt, count) in executed {
    let isReserved = (evidence.journals[attempt.stream] ?? []).contains {
      if case .stepStarted(attempt.step, attempt.attempt, _) = $0.fact { true } else { false }
    }
    if !isReserved { found.append(.init(invariant: .accounted, stream: attempt.stream, text: "\(attempt) unreserved")) }
    if count > 1 {
      found.append(.init(invariant: .accounted, stream: attempt.stream, text: "\(attempt) ran \(count)×"))
    }
  }
  return found
}

/// WithinCap: at every entry the books are at most the cap, and at least what was really spent.
func withinCap(_ evidence: Evidence) -> [Violation] {
  var found: [Violation] = []
  for (stream, entries) in evidence.journals {
    var state = StreamState(stream)
    for entry in entries {
      state.take(entry)
      if state.books.total > state.cap {
        found.append(.init(invariant: .withinCap, stream: stream, text: "\(state.books.total) at \(entry.number)"))
      }
    }
    let runs = evidence.everAsked(stream)
    let spent = evidence.calls.reduce(Money.zero) { sum, call in
      sum + (call.attempt.stream == stream || runs.contains(call.attempt.stream) ? call.cost : .zero)
    }
    let opened = state.books.opened.values.reduce(Money.zero, +)
    if spent > state.books.total - opened {
      found.append(
        .init(invariant: .withinCap, stream: stream, text: "\(spent) spent, \(state.books.total - opened) on the books")
      )
    }
  }
  return found
}

/// OneResult and NeverReservedAgain: a step has one result, no reservation is made for a step that has one, and after a
/// stream's end there are only annotations.
func oneResult(_ evidence: Evidence) -> [Violation] {
  var found: [Violation] = []
  for (stream, entries) in evidence.journals {
    var finished: Set<StepID> = []
    var state = StreamState(stream)
    for entry in entries {
      if state.end != nil, !entry.fact.isAnnotation, !entry.fact.isReplay {
        found.append(
          .init(invariant: .neverReservedAgain, stream: stream, text: "\(entry.fact.word) after the end"))
      }
      state.take(entry)
      switch entry.fact {
      case .stepFinished(let step, _, _, _), .stepUnsettled(let step, _, .whole, _):
        if !finished.insert(step).inserted {
          found.append(.init(invariant: .oneResult, stream: stream, text: "\(step) finished twice"))
        }
      case .stepStarted(let step, let attempt, _) where finished.contains(step):
        found.append(.init(invariant: .neverReservedAgain, stream: stream, text: "\(step)#\(attempt) is finished"))
      default: break
      }
    }
  }
  return found
}

/// PaidTwiceOnlyByTakeover: a step is executed again only if an attempt was abandoned, settled late, or recorded as
/// failed or as without a result.
func paidTwiceOnlyByTakeover(_ evidence: Evidence) -> [Violation] {
  var found: [Violation] = []
  for (stream, entries) in evidence.journals {
    var excuses: [StepID: Set<Int>] = [:]
    for entry in entries {
      switch entry.fact {
      case .stepAbandoned(let step, let attempt), .stepFailed(let step, let attempt, _, _),
        .stepUnsettled(let step, let attempt, .missing, _), .settledLate(let step, let attempt, _):
        excuses[step, default: []].insert(attempt)
      default: break
      }
    }
    var executed: [StepID: Int] = [:]
    for call in evidence.calls where call.attempt.stream == stream { executed[call.attempt.step, default: 0] += 1 }
    for (step, count) in executed where count > 1 + excuses[step, default: []].count {
      found.append(.init(invariant: .paidTwiceOnlyByTakeover, stream: stream, text: "\(step) ran \(count)×"))
    }
  }
  return found
}

/// NeverAskedAnew: no request becomes a new step because it was made in another order. The scripts make each request of
/// a visit once.
func neverAskedAnew(_ evidence: Evidence) -> [Violation] {
  struct Request: Hashable {
    let stage: Stage
    let visit: Int
    let name: String
    let digest: String
  }
  var found: [Violation] = []
  for (stream, entries) in evidence.journals {
    var ordinals: [Request: Set<Int>] = [:]
    for case .stepStarted(let step, _, _) in entries.map(\.fact) {
      let request = Request(stage: step.stage, visit: step.visit, name: step.name, digest: step.requestDigest)
      ordinals[request, default: []].insert(step.ordinal)
    }
    for (request, numbers) in ordinals where numbers.count > 1 {
      found.append(
        .init(invariant: .neverAskedAnew, stream: stream, text: "\(request.name) as \(numbers.sorted())"))
    }
  }
  return found
}

/// NeverGivenUpInVain: no budget is exhausted while a step of the same attempt is open and may give back a part of its
/// reservation.
func neverGivenUpInVain(_ evidence: Evidence) -> [Violation] {
  var found: [Violation] = []
  for (stream, entries) in evidence.journals {
    var own: Set<StepID> = []
    var abandoned: Set<StepID> = []
    for entry in entries {
      switch entry.fact {
      case .claimed: (own, abandoned) = ([], [])
      case .stepStarted(let step, _, _): own.insert(step)
      case .stepAbandoned(let step, _) where own.contains(step): abandoned.insert(step)
      case .deadLettered(_, let failure) where failure.kind == Failure.budgetExhaustedKind:
        for step in abandoned {
          found.append(.init(invariant: .neverGivenUpInVain, stream: stream, text: "\(step) was open"))
        }
      default: break
      }
    }
  }
  return found
}

/// EndIsWhole: neither a stage nor an attempt ends with a step open.
func endIsWhole(_ evidence: Evidence) -> [Violation] {
  var found: [Violation] = []
  for (stream, entries) in evidence.journals {
    var state = StreamState(stream)
    for entry in entries {
      switch entry.fact {
      case .stageFinished, .deadLettered, .attemptFailed:
        for line in state.books.open {
          found.append(.init(invariant: .endIsWhole, stream: stream, text: "\(line.step) open at \(entry.number)"))
        }
      default: break
      }
      state.take(entry)
    }
  }
  return found
}

/// The ledger: every charge is what the provider took for that attempt, and uncertain reservations cover the rest.
func ledger(_ evidence: Evidence) -> [Violation] {
  var found: [Violation] = []
  for stream in evidence.journals.keys {
    for line in evidence.state(stream).books.lines {
      let attempt = StepAttempt(stream: stream, step: line.step, attempt: line.attempt)
      let taken = evidence.calls.first { $0.attempt == attempt }?.cost ?? .zero
      if let charge = line.charge?.money, charge != taken {
        found.append(.init(invariant: .ledger, stream: stream, text: "\(attempt): \(charge) settled, \(taken) taken"))
      }
      if line.charge == nil, taken > line.reserved {
        found.append(.init(invariant: .ledger, stream: stream, text: "\(attempt) took more than it reserved"))
      }
    }
  }
  return found
}

extension JournalEntry.Fact {
  /// Whether any process may add it at any time.
  var isAnnotation: Bool {
    switch self {
    case .settledLate, .capChanged, .granted: true
    default: false
    }
  }
  var isReplay: Bool { if case .replayed = self { true } else { false } }
}
