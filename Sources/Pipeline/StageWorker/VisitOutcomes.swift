import Journal
import MessageLog
import PaperModel
import PipelineRules
import WireFormat

/// The outcomes of visits that failed or were cut short.
extension VisitWork {
  /// The delivery outcome for an error. Bookkeeping is shielded from cancellation: it runs in a task of its own,
  /// awaited here.
  func outcome(for error: any Error) async -> DeliveryOutcome {
    await Task {
      do {
        do { return try await outcome(of: error) } catch LostOwnership.cancelled { return try await cancelled() }
      } catch is LostOwnership {
        context.observer.observe(.superseded(owned.stream, item.stage))
        return .giveBack
      } catch {
        context.observer.observe(.troubled(owned.stream, "\(error)"))
        return .retry(afterSeconds: RetryTier.tenSeconds.seconds, headers: [:])
      }
    }.value
  }

  private func outcome(of error: any Error) async throws -> DeliveryOutcome {
    switch error {
    case is LostOwnership: throw error
    case is CancellationError:
      let stage = item.stage
      try await owned.append { _ in .released(stage: stage, reason: ReleaseReason.workerStops) }
      return .giveBack
    case let failure as Failure: return try await fail(failure)
    case is JournalError, is MessageLogError:
      return await stop(troubledBy: error)
    default: return try await fail(Failure(kind: "unexpected", "\(error)", retryability: .transient))
    }
  }

  /// The stream was cancelled. No successor will settle its open steps, so they are settled here if their cost is
  /// known.
  private func cancelled() async throws -> DeliveryOutcome {
    let state = try await context.state(of: owned.stream)
    for line in state.books.open {
      guard let charge = try await knownCharge(of: line) else { continue }
      let attempt = StepAttempt(stream: owned.stream, step: line.step, attempt: line.attempt)
      try await LateSettlement(journal: context.journal, observer: context.observer)
        .add(attempt, charge, after: state.length)
    }
    if let parent = item.opening.parent { try await context.wakeParent(parent) }
    // A flag that can't be removed does no harm: the journal has the last word, and the next cancellation removes it.
    try? await context.log.setControl(ControlFlag.cancel(owned.stream), to: nil)
    context.observer.observe(.cancelled(owned.stream))
    return .acknowledge
  }

  /// The stores fail, not the stream: no attempt is counted, and finished work stays finished.
  private func stop(troubledBy error: any Error) async -> DeliveryOutcome {
    context.observer.observe(.troubled(owned.stream, "\(error)"))
    let stage = item.stage
    // If not even this can be written, the claim stays and counts as lost.
    try? await owned.append { state in
      state.claim?.isOver == false ? .released(stage: stage, reason: ReleaseReason.storesInTrouble) : nil
    }
    return .retry(afterSeconds: RetryTier.tenSeconds.seconds, headers: [:])
  }

  private func fail(_ failure: Failure) async throws -> DeliveryOutcome {
    // The step that failed may have cancelled others: no attempt and no stream ends with a step open.
    do { try await settleWhatWasLeft() } catch let trouble as Failure {
      // The steps are abandoned; their cost stays uncertain on the books.
      context.observer.observe(.troubled(owned.stream, trouble.description))
    }
    if failure.kind == Failure.budgetExhaustedKind, item.opening.snoozesWhenExhausted {
      return try await snooze(
        ReleaseReason.budgetExhausted + failure.description, afterSeconds: RetryPolicy.budgetWaitSeconds)
    }
    if failure.kind == Failure.machineKind {
      let stage = item.stage
      try await owned.append { _ in .released(stage: stage, reason: failure.description) }
      return context.rest(from: item, failure)
    }
    if let seconds = context.configuration.policy.postponement(after: failure) {
      let stage = item.stage
      try await owned.append { _ in .released(stage: stage, reason: failure.description) }
      return context.postpone(item, failure, afterSeconds: seconds)
    }
    let failures = await owned.state.failures + 1
    guard let seconds = context.configuration.policy.wait(after: failure, failures: failures) else {
      return try await deadLetter(failure)
    }
    let stage = item.stage
    try await owned.append { state in
      .attemptFailed(stage: stage, attempt: state.claim?.attempt ?? failures, failure: failure)
    }
    context.observer.observe(.willRetry(owned.stream, stage, failure, afterSeconds: seconds))
    return .retry(afterSeconds: seconds, headers: await headers(for: failure))
  }

  /// Delivers the item again later; no attempt is counted.
  func snooze(_ reason: String, afterSeconds seconds: Int) async throws -> DeliveryOutcome {
    let stage = item.stage
    try await owned.append { _ in .released(stage: stage, reason: reason) }
    context.observer.observe(.snoozed(owned.stream, stage, reason: reason, afterSeconds: seconds))
    return .retry(afterSeconds: seconds, headers: [:])
  }

  /// Ends the stream until it is replayed. Every end of a run wakes its paper.
  func deadLetter(_ failure: Failure) async throws -> DeliveryOutcome {
    let stage = item.stage
    try await owned.append { _ in .deadLettered(stage: stage, failure: failure) }
    if let parent = item.opening.parent { try await context.wakeParent(parent) }
    context.observer.observe(.deadLettered(owned.stream, stage, failure))
    return .deadLetter(headers: await headers(for: failure))
  }

  private func headers(for failure: Failure) async -> [String: String] {
    context.headers(of: item, for: failure, await owned.state)
  }
}

extension WorkerContext {
  /// The headers that describe the failure which sent a message back or ended it.
  func headers(of item: WorkItem, for failure: Failure, _ state: StreamState) -> [String: String] {
    let now = String(clock.nowMicroseconds)
    return [
      HeaderName.originTopic: Topic.work(item.stage, item.opening.device).name,
      HeaderName.stream: item.stream.description, HeaderName.stage: item.stage.rawValue,
      HeaderName.campaign: item.opening.campaign, HeaderName.attempt: String(state.claim?.attempt ?? 1),
      HeaderName.firstFailure: state.firstFailureMicroseconds.map(String.init) ?? now, HeaderName.lastFailure: now,
      HeaderName.errorKind: failure.kind, HeaderName.errorMessage: Failure(kind: "", failure.description).message,
      HeaderName.trace: TraceID(of: item).text, HeaderName.worker: configuration.worker.name,
      HeaderName.version: configuration.version,
      HeaderName.cost: String(state.books.total.nanodollars),
    ]
  }
}

extension WorkerContext {
  /// The headers of a dead letter whose body can't be read: only the delivery itself is known.
  func headers(of delivery: any Delivery, for error: WireFormatError) -> [String: String] {
    let message = delivery.message
    let now = String(clock.nowMicroseconds)
    var headers = [
      HeaderName.originTopic: message.topic.name, HeaderName.attempt: String(delivery.count),
      HeaderName.firstFailure: now, HeaderName.lastFailure: now,
      HeaderName.errorKind: error.kind == .newer ? "unknownVersion" : "undecodable",
      HeaderName.errorMessage: Failure(kind: "", "\(error)").message, HeaderName.worker: configuration.worker.name,
      HeaderName.version: configuration.version,
    ]
    if let stream = StreamID(message.key) {
      headers[HeaderName.stream] = stream.description
      headers[HeaderName.trace] = message.headers[HeaderName.trace] ?? TraceID(of: stream).text
    }
    return headers
  }
}

extension RunEnd {
  init(_ end: StreamState.End, _ state: StreamState) throws(JournalError) {
    switch end {
    case .done:
      guard let result = state.results[.run] else {
        throw .contradiction(state.stream, at: state.length - 1, "ends the run without a result")
      }
      self = .finished(result)
    case .dead(_, let failure): self = .dead(failure)
    case .cancelled: self = .cancelled
    }
  }
}
