import Journal
import MessageLog
import PaperModel
import PipelineRules

/// How the work on a delivery ended, which decides what becomes of the delivery.
enum DeliveryOutcome: Sendable {
  case acknowledge
  case giveBack
  case retry(afterSeconds: Int, headers: [String: String])
  case deadLetter(headers: [String: String])
  /// Another live worker has the stream.
  case park(Parked)
  /// The visit is over, and another run may have ended: decide again.
  case visitAgain
}

/// The work on one delivery: read the journal, decide, and claim the stream if there is something to do.
struct ItemWork: Sendable {
  let item: WorkItem
  /// How often the message was delivered, as far as the log knows.
  let deliveries: Int
  let context: WorkerContext

  /// Works on the delivery until it has an outcome.
  /// - Throws: the errors of the journal and the log; the delivery is then given back.
  func run() async throws -> DeliveryOutcome {
    while true {
      let outcome = try await visit()
      guard case .visitAgain = outcome else { return outcome }
      // Finished work is not lost: the item is delivered again.
      if Task.isCancelled { return .giveBack }
    }
  }

  private func visit() async throws -> DeliveryOutcome {
    // A claim that fails means: read again and decide again. In each round another worker has moved the stream on.
    for _ in 0..<100 {
      let entries = try await context.journal.entries(of: item.stream, from: 0)
      let state = try StreamState(item.stream, entries)
      let now = context.clock.nowMicroseconds
      let policy = context.configuration.policy
      switch Intake.decide(item, state, by: context.configuration.worker, at: now, policy: policy) {
      case .claimedByOther(let other):
        if try await context.journal.liveness(of: other) == .alive {
          return .park(Parked(item: item, reason: .claimed(by: other, state)))
        }
        let then = Intake.begin(item, state, at: now, policy: policy)
        republish(entries)
        if let outcome = try await act(on: then, state) { return outcome }
      case let decision:
        if let outcome = await stillWaiting(decision, state) { return outcome }
        republish(entries)
        if let outcome = try await act(on: decision, state) { return outcome }
      }
    }
    return context.snooze(item, "others race for it")
  }

  /// A previous owner may have crashed after appending an entry and before publishing its event. Republishes from the
  /// stage's last claim, until an acknowledged delivery proves that the events were published; readers drop duplicates.
  private func republish(_ entries: [JournalEntry]) {
    guard context.journal.publishes else { return }
    let claims = entries.indices.filter { if case .claimed = entries[$0].fact { true } else { false } }
    let own = claims.last { if case .claimed(_, item.stage, _, _) = entries[$0].fact { true } else { false } }
    // Before its first claim a stream was opened, perhaps by the same worker.
    guard let first = own == claims.first ? entries.indices.first : own else { return }
    context.journal.republish(entries[first...], of: item.stream)
  }

  /// A released stream is not claimed again while it waits for what it waited for before: its journal names the wait
  /// once, and would grow for ever if each round of each worker were added.
  private func stillWaiting(_ decision: Intake, _ state: StreamState) async -> DeliveryOutcome? {
    switch decision {
    case .putOff(let reason, let seconds): return context.snooze(item, reason, afterSeconds: seconds)
    case .claim, .lookAtRuns: break
    default: return nil
    }
    guard state.release != nil,
      let lack = await context.handlers[item.stage]?.lack(for: item.opening, in: context.blobs),
      let seconds = context.configuration.policy.postponement(after: lack)
    else { return nil }
    return context.postpone(item, lack, afterSeconds: seconds)
  }

  /// Returns nil if the claim failed.
  private func act(on decision: Intake, _ state: StreamState) async throws -> DeliveryOutcome? {
    switch decision {
    case .acknowledge: return try await whenEnded(state)
    case .publishFollowing(let items):
      let missing =
        items.first?.stream == item.stream
        ? items.filter { !state.claimed.contains($0.stage) } : try await context.unclaimed(items)
      try await context.publish(missing)
      return .acknowledge
    case .wakeParent(let parent):
      try await context.wakeParent(parent)
      return try await whenEnded(state)
    case .lookAtRuns:
      guard try await context.firstEnded(of: state.openRuns) != nil else { return .acknowledge }
      return try await claim(state, attempt: 1, to: .work)
    case .claim(let attempt): return try await claim(state, attempt: attempt, to: .work)
    case .rest(let attempt, let seconds): return try await claim(state, attempt: attempt, to: .rest(seconds: seconds))
    case .giveUp(let failure): return try await claim(state, attempt: state.losses + 1, to: .giveUp(failure))
    case .claimedByOther, .putOff: preconditionFailure("decided before")
    }
  }

  private func claim(
    _ before: StreamState, attempt: Int, to purpose: VisitWork.Purpose
  ) async throws -> DeliveryOutcome? {
    var state = before
    if state.length == 0 {
      guard try await add(.opened(item.opening), to: &state) else { return nil }
    }
    let claimed = JournalEntry.Fact.claimed(
      worker: context.configuration.worker, stage: item.stage, visit: state.visit, attempt: attempt)
    guard try await add(claimed, to: &state) else { return nil }
    context.observer.observe(.claimed(item.stream, item.stage, visit: state.visit, attempt: attempt))
    return await VisitWork(item: item, owned: OwnedStream(state, journal: context.journal), context: context)
      .run(to: purpose)
  }

  /// A message for a dead stream: the worker may have been lost before this message became a dead letter. Not every log
  /// remembers earlier deliveries; then the list of dead letters says whether one is missing.
  private func whenEnded(_ state: StreamState) async throws -> DeliveryOutcome {
    guard case .dead(item.stage, let failure)? = state.end else { return .acknowledge }
    if deliveries <= 1, try await hasDeadLetter() { return .acknowledge }
    return .deadLetter(headers: context.headers(of: item, for: failure, state))
  }

  private func hasDeadLetter() async throws -> Bool {
    try await context.log.holds(item.stream.description, in: Topic.work(item.stage).deadLetters)
  }

  /// Sets a stream aside whose journal is damaged: nothing can be appended to it, so a dead letter says so. A paper
  /// that waits for a damaged run counts it as given up.
  func setAside(_ damage: JournalError) async throws -> DeliveryOutcome {
    if let parent = item.opening.parent { try await context.wakeParent(parent) }
    if try await hasDeadLetter() { return .acknowledge }
    let failure = Failure(damage)
    context.observer.observe(.deadLettered(item.stream, item.stage, failure))
    return .deadLetter(headers: context.headers(of: item, for: failure, StreamState(item.stream)))
  }

  private func add(_ fact: JournalEntry.Fact, to state: inout StreamState) async throws -> Bool {
    guard try await context.journal.append(fact, to: item.stream, at: state.length) else { return false }
    try state.apply(
      JournalEntry(number: state.length, atMicroseconds: context.clock.nowMicroseconds, fact: fact))
    return true
  }
}

extension WorkerContext {
  /// Delivers the item again later: the stream is another worker's for now.
  func snooze(_ item: WorkItem, _ reason: String) -> DeliveryOutcome {
    snooze(item, reason, afterSeconds: configuration.courtesySeconds)
  }

  /// Delivers the item again later, because no more deliveries can be parked. A paused campaign's item waits on the
  /// longest tier, so that a long pause writes few records; resuming the campaign publishes it again.
  func snooze(_ parked: Parked) -> DeliveryOutcome {
    guard let owner = parked.owner else {
      return snooze(parked.item, "the campaign is paused", afterSeconds: RetryTier.oneHour.seconds)
    }
    return snooze(parked.item, "\(owner) has it and lives")
  }

  /// Leaves the item to other machines, and takes nothing new for a while.
  func rest(from item: WorkItem, _ failure: Failure) -> DeliveryOutcome {
    observer.observe(
      .snoozed(
        item.stream, item.stage, reason: failure.description, afterSeconds: RetryTier.tenSeconds.seconds))
    if let seconds = rest.begin() { observer.observe(.rests(reason: failure.description, seconds: seconds)) }
    return .retry(afterSeconds: RetryTier.tenSeconds.seconds, headers: [:])
  }

  /// Delivers the item again when a failure's wait is over. A worker that lacks the scientist leaves it to others.
  func postpone(_ item: WorkItem, _ failure: Failure, afterSeconds seconds: Int) -> DeliveryOutcome {
    guard failure.kind == Failure.noScientistKind else {
      return snooze(item, failure.description, afterSeconds: seconds)
    }
    observer.observe(.leftToOthers(item.stream, item.stage, failure, afterSeconds: seconds))
    return .retry(afterSeconds: seconds, headers: [:])
  }

  func snooze(_ item: WorkItem, _ reason: String, afterSeconds seconds: Int) -> DeliveryOutcome {
    observer.observe(.snoozed(item.stream, item.stage, reason: reason, afterSeconds: seconds))
    return .retry(afterSeconds: seconds, headers: [:])
  }
}
