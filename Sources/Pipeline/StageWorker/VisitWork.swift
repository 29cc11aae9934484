import Journal
import MessageLog
import PaperModel
import PipelineRules

/// A visit to a claimed stream: settle what a predecessor left open, fold in runs that ended, let the handler work,
/// and carry out what it decides.
struct VisitWork: Sendable {
  let item: WorkItem
  let owned: OwnedStream
  let context: WorkerContext

  /// Works to one of the outcomes of ARCHITECTURE.md, section 5. Every failure becomes one.
  func run(givingUp failure: Failure?) async -> DeliveryOutcome {
    do {
      try await settleWhatWasLeft()
      if let failure { return try await deadLetter(failure) }
      if item.stage.mayAsk, try await !foldEnded(), await !owned.state.unpublishedRuns.isEmpty {
        // A predecessor asked and did not come to `waiting`; nothing is new, so there is nothing to decide anew.
        return try await wait(await owned.state.visit)
      }
      guard let handler = context.handlers[item.stage] else {
        throw Failure(
          kind: "noHandler", "This worker consumes \(item.stage.rawValue) but has no handler for it.",
          retryability: .transient)
      }
      let visit = try await currentVisit()
      let taker = StepTaker(
        owned, stage: item.stage, visit: visit.visit, books: await owned.state.books, journal: context.journal,
        blobs: context.blobs, observer: context.observer)
      let decision = try await handler.handle(visit, with: taker)
      // A handler may have called off steps that it no longer needed.
      try await settleWhatWasLeft()
      return try await carryOut(decision, visit)
    } catch is CancellationError where !Task.isCancelled {
      return await outcome(
        for: Failure(
          kind: "calledOff",
          "The handler of \(item.stage.rawValue) ended with a cancellation that its worker did not ask for.",
          retryability: .transient))
    } catch {
      // Called off, whatever the handler made of it: no attempt is counted.
      return await outcome(for: Task.isCancelled && !(error is LostOwnership) ? CancellationError() : error)
    }
  }

  /// Abandons steps that are started and not ended: by a lost predecessor, or called off by this visit's own handler.
  /// What they cost stays uncertain until it is known.
  func settleWhatWasLeft() async throws {
    for line in await owned.state.books.open {
      try await owned.append { _ in .stepAbandoned(line.step, attempt: line.attempt) }
    }
    for line in await owned.state.books.lines where line.state == .abandoned && line.charge == nil {
      guard let charge = try await knownCharge(of: line) else { continue }
      try await owned.append { _ in .settledLate(line.step, attempt: line.attempt, charge: charge) }
    }
  }

  /// What an attempt that nobody ended has cost, where that is known by now.
  func knownCharge(of line: Books.Line) async throws -> Charge? {
    let attempt = StepAttempt(stream: owned.stream, step: line.step, attempt: line.attempt)
    guard let known = try await context.settlements.finalCharge(of: attempt) else { return nil }
    // The last look at a job may find it a moment over its limit; its reservation was the most that it may cost.
    return Charge(
      money: min(known.money, line.reserved), cpuNanoseconds: known.cpuNanoseconds,
      wallNanoseconds: known.wallNanoseconds)
  }

  /// The fold is an append, and comes before anything that uses the result. Says whether there was one.
  private func foldEnded() async throws -> Bool {
    var isAnything = false
    for run in await owned.state.openRuns {
      let there = try await context.state(of: run.ask.run)
      guard let end = there.end.map({ RunEnd($0, there) }) else { continue }
      try await owned.append { _ in .folded(run: run.ask.run, end: end, booked: there.books.total) }
      context.observer.observe(.folded(owned.stream, run: run.ask.run))
      isAnything = true
    }
    return isAnything
  }

  private func currentVisit() async throws -> StageVisit {
    let state = await owned.state
    guard let opening = state.opening else {
      throw JournalError(.damaged, "The journal of \(owned.stream) does not begin with its opening.")
    }
    return StageVisit(
      stream: owned.stream, stage: item.stage, visit: state.visit, opening: opening, results: state.results,
      runs: state.asked.map { StageVisit.AskedRun(ask: $0.ask, end: $0.end) }, remaining: state.remaining,
      spentBefore: state.spentBefore)
  }

  private func carryOut(_ decision: StageDecision, _ visit: StageVisit) async throws -> DeliveryOutcome {
    switch decision {
    case .finished(let result, let opens): return try await finish(visit, result, opens)
    case .ask(let runs): return try await ask(visit, runs)
    case .wait:
      guard visit.hasRunsOut else { throw misuse("waits with no run out") }
      return try await wait(visit.visit)
    case .snooze(let seconds, let reason): return try await snooze(reason, afterSeconds: seconds)
    }
  }

  private func finish(_ visit: StageVisit, _ result: BlobReference, _ opens: [WorkItem]) async throws -> DeliveryOutcome
  {
    guard !visit.hasRunsOut else { throw misuse("finishes while a run is out") }
    let next =
      owned.stream.kind == .paper
      ? StageGraph.next(after: item.stage).map {
        [WorkItem(stream: owned.stream, stage: $0, opening: visit.opening)]
      } ?? [] : opens
    let stream = owned.stream
    let stage = item.stage
    try await owned.append { state in
      let caps = state.added(byOpening: next)
      guard caps <= state.remaining else { throw Failure.exhausted(stream, caps, state) }
      return .stageFinished(stage: stage, visit: visit.visit, result: result, next: next)
    }
    if let parent = visit.opening.parent {
      try await context.wakeParent(parent)
    } else {
      try await context.publish(next)
    }
    context.observer.observe(.stageFinished(stream, stage, next: next.first?.stage))
    return .acknowledge
  }

  private func ask(_ visit: StageVisit, _ runs: [RunAsk]) async throws -> DeliveryOutcome {
    guard item.stage.mayAsk, !runs.isEmpty, runs.count <= 1000 else { throw misuse("asks for \(runs.count) runs") }
    let known = visit.runs.map(\.ask.run) + runs.map(\.run)
    guard Set(known).count == known.count else { throw misuse("asks twice for one run") }
    let stream = owned.stream
    let stage = item.stage
    try await owned.append { state in
      let allowances = state.added(by: runs)
      guard allowances <= state.remaining else { throw Failure.exhausted(stream, allowances, state) }
      return .asked(stage: stage, visit: visit.visit, runs: runs)
    }
    return try await wait(visit.visit)
  }

  /// `waiting` is appended after the runs are published: it says that all that was asked for is in the log.
  private func wait(_ visit: Int) async throws -> DeliveryOutcome {
    let doubtful = await owned.state.unpublishedRuns.map {
      WorkItem(stream: $0.ask.run, stage: .run, opening: $0.ask.opening)
    }
    try await context.publish(try await context.unclaimedOrEnded(doubtful))
    let stage = item.stage
    try await owned.append { _ in .waiting(stage: stage, visit: visit) }
    context.observer.observe(.waiting(owned.stream, stage, out: await owned.state.openRuns.count))
    return .acknowledge
  }

  private func misuse(_ what: String) -> Failure {
    Failure(kind: "handlerMisuse", "The handler of \(item.stage.rawValue) \(what), which no handler may.")
  }
}
