import Journal
import MessageLog
import PaperModel
import PipelineRules
import Synchronization

/// A visit to a claimed stream: settle what a predecessor left open, fold in runs that ended, let the handler work, and
/// carry out what it decides.
struct VisitWork: Sendable {
  let item: WorkItem
  let owned: OwnedStream
  let context: WorkerContext

  /// What a stream is claimed for.
  enum Purpose: Sendable {
    case work
    /// To give it back for a while: several workers were lost over it quickly.
    case rest(seconds: Int)
    case giveUp(Failure)
  }

  /// Settles what a predecessor left, then does what the stream was claimed for. Every failure becomes an outcome.
  func run(to purpose: Purpose) async -> DeliveryOutcome {
    do {
      try await settleWhatWasLeft()
      switch purpose {
      case .work: break
      case .rest(let seconds):
        let reason = "\(await owned.state.quickLosses) workers were lost soon after they had taken it up"
        return try await snooze(reason, afterSeconds: seconds)
      case .giveUp(let failure): return try await deadLetter(failure)
      }
      let fold = item.stage.mayAsk ? try await foldNext() : .none
      if item.stage.mayAsk, fold == .none, await !owned.state.openRuns.isEmpty {
        // No end is new, so there is nothing to decide. Runs that a lost predecessor asked for are published.
        return try await wait(await owned.state.visit, after: fold)
      }
      guard let handler = context.handlers[item.stage] else {
        throw Failure(
          kind: "noHandler", "This worker consumes \(item.stage.rawValue) but has no handler for it.",
          retryability: .transient)
      }
      let visit = try await currentVisit()
      let taker = StepTaker(
        owned, stage: item.stage, visit: visit.visit, books: await owned.state.books, context)
      let decision = try await handler.handle(visit, with: taker)
      // A handler may have cancelled steps that it no longer needed.
      try await settleWhatWasLeft()
      return try await carryOut(decision, visit, fold)
    } catch is CancellationError where !Task.isCancelled {
      return await outcome(
        for: Failure(
          kind: "calledOff",
          "The handler of \(item.stage.rawValue) ended with a cancellation that its worker did not ask for.",
          retryability: .transient))
    } catch {
      // The visit was cancelled, whatever error the handler made of it: no attempt is counted.
      return await outcome(for: Task.isCancelled && !(error is LostOwnership) ? CancellationError() : error)
    }
  }

  /// Abandons the steps that are started and not ended: left by a lost predecessor, or cancelled by this visit's own
  /// handler. Their cost stays uncertain until it is known.
  func settleWhatWasLeft() async throws {
    for line in await owned.state.books.open {
      try await owned.append { state in
        // A late settlement may have ended it meanwhile.
        let isOpen = state.books.open.contains { $0.step == line.step && $0.attempt == line.attempt }
        return isOpen ? .stepAbandoned(line.step, attempt: line.attempt) : nil
      }
    }
    for line in await owned.state.books.lines where line.isUncertain {
      guard let charge = try await knownCharge(of: line) else { continue }
      let isNew = Mutex(false)
      try await owned.append { state in
        // Its own worker may have said it meanwhile.
        let isOpen = state.books.charge(of: line.step, attempt: line.attempt) == nil
        isNew.withLock { $0 = isOpen }
        return isOpen ? .settledLate(line.step, attempt: line.attempt, charge: charge) : nil
      }
      if isNew.withLock({ $0 }) { context.observer.observe(.stepCharged(owned.stream, line.step, charge)) }
    }
  }

  /// What an attempt that nobody ended has cost, where that is known by now. A record that can't be read is reported,
  /// and keeps nothing from going on: the attempt is lost, and its reservation stays on the books as uncertain.
  func knownCharge(of line: Books.Line) async throws -> Charge? {
    let attempt = StepAttempt(stream: owned.stream, step: line.step, attempt: line.attempt)
    let known: Charge?
    do { known = try await context.settlements.finalCharge(of: attempt) } catch let failure as Failure {
      context.observer.observe(.troubled(owned.stream, "What \(attempt) cost is not known: \(failure)"))
      return nil
    }
    return known?.capped(at: line.reserved)
  }

  private enum Fold { case none, one, oneOfMore }

  /// Folds one end in: an append, before anything uses the result. A visit that a predecessor began keeps the end that
  /// it had, so that its handler asks for the same steps; later ends are folded by the next visit.
  private func foldNext() async throws -> Fold {
    if await owned.state.hasFolded { return .oneOfMore }
    guard let ended = try await context.firstEnded(of: await owned.state.openRuns) else { return .none }
    try await owned.append { _ in .folded(run: ended.run, end: ended.end, booked: ended.booked) }
    context.observer.observe(.folded(owned.stream, run: ended.run))
    return ended.mayBeMore ? .oneOfMore : .one
  }

  private func currentVisit() async throws -> StageVisit {
    let state = await owned.state
    guard let opening = state.opening else {
      throw JournalError.contradiction(owned.stream, at: 0, "does not open the stream")
    }
    return StageVisit(
      stream: owned.stream, stage: item.stage, visit: state.visit, opening: opening, results: state.results,
      runs: state.asked.map { StageVisit.AskedRun(ask: $0.ask, end: $0.end, fold: $0.fold) }, memo: state.memo,
      remaining: state.remaining, spentBefore: state.spentBefore)
  }

  private func carryOut(
    _ decision: StageDecision, _ visit: StageVisit, _ fold: Fold
  ) async throws -> DeliveryOutcome {
    switch decision {
    case .finished(let result, let opens): return try await finish(visit, result, opens)
    case .ask(let runs, let memo): return try await ask(visit, runs, memo, after: fold)
    case .wait:
      guard visit.hasRunsOut else { throw misuse("waits with no run out") }
      return try await wait(visit.visit, after: fold)
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
    try await appendIfItFits { state in
      let caps = state.added(byOpening: next)
      guard caps <= state.remaining else { throw NoRoom(wanted: caps, state: state) }
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

  private func ask(
    _ visit: StageVisit, _ runs: [RunAsk], _ memo: BlobReference?, after fold: Fold
  ) async throws -> DeliveryOutcome {
    guard item.stage.mayAsk, !runs.isEmpty, runs.count <= 1000 else { throw misuse("asks for \(runs.count) runs") }
    let known = visit.runs.map(\.ask.run) + runs.map(\.run)
    guard Set(known).count == known.count else { throw misuse("asks twice for one run") }
    let stage = item.stage
    try await appendIfItFits { state in
      let allowances = state.added(by: runs)
      guard allowances <= state.remaining else { throw NoRoom(wanted: allowances, state: state) }
      return .asked(stage: stage, visit: visit.visit, runs: runs, memo: memo)
    }
    return try await wait(visit.visit, after: fold)
  }

  private func appendIfItFits(_ fact: @Sendable (StreamState) throws -> JournalEntry.Fact?) async throws {
    do { try await owned.append(fact) } catch let room as NoRoom { throw await context.exhausted(room) }
  }

  /// `waiting` is appended after the runs are published: it states that all requested runs are in the log.
  private func wait(_ visit: Int, after fold: Fold) async throws -> DeliveryOutcome {
    let doubtful = await owned.state.unpublishedRuns.map {
      WorkItem(stream: $0.ask.run, stage: .run, opening: $0.ask.opening)
    }
    try await context.publish(try await context.unclaimedOrEnded(doubtful))
    let stage = item.stage
    try await owned.append { _ in .waiting(stage: stage, visit: visit) }
    context.observer.observe(.waiting(owned.stream, stage, out: await owned.state.openRuns.count))
    return fold == .oneOfMore ? .visitAgain : .acknowledge
  }

  private func misuse(_ what: String) -> Failure {
    Failure(kind: "handlerMisuse", "The handler of \(item.stage.rawValue) \(what), which no handler may.")
  }
}
