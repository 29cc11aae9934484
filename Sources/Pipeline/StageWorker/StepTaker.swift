import Digests
import Journal
import PaperModel
import PipelineRules
import Synchronization

/// The surroundings of a handler: reserves before a step, settles after it, and answers finished steps from the
/// journal. Steps may run side by side.
final class StepTaker: Surroundings {
  private let owned: OwnedStream
  private let stage: Stage
  private let visit: Int
  private let context: WorkerContext
  private let ordinals: Mutex<StepOrdinals>
  private let open = OpenSteps()
  /// Guards against a step within a step, which would wait for its own reservation.
  @TaskLocal private static var isWithinStep = false

  /// - Parameter books: the stream's books when the visit begins.
  init(_ owned: OwnedStream, stage: Stage, visit: Int, books: Books, _ context: WorkerContext) {
    ordinals = Mutex(StepOrdinals(stage: stage, visit: visit, books: books))
    self.owned = owned
    self.stage = stage
    self.visit = visit
    self.context = context
  }

  func keep(_ bytes: [UInt8]) async throws -> BlobReference { try await context.blobs.keep(bytes) }
  func bytes(of reference: BlobReference) async throws -> [UInt8] { try await context.blobs.bytes(of: reference) }

  func remaining() async -> Money { await owned.state.remaining }

  func step<Request: Encodable & Sendable, Result: Codable & Sendable>(
    _ name: String, request: Request, reserving worst: Money,
    perform: @Sendable (StepAttempt) async throws -> Settled<Result>
  ) async throws -> Result {
    guard !Self.isWithinStep else {
      throw Failure(kind: "handlerMisuse", "The step \(name) is taken within another step, which no handler may.")
    }
    let digest = SHA256.digest(of: try CanonicalJSON.encode(request)).hex
    let id = StepID(
      stage: stage, visit: visit, name: name, ordinal: ordinals.withLock { $0.next(name, digest: digest) },
      requestDigest: digest)
    defer { open.end(id) }
    if let finished = await owned.state.stepResults[id] {
      return try await context.blobs.value(Result.self, of: finished)
    }
    let attempt = try await reserve(id, worst)
    let settled: Settled<Result>
    do {
      settled = try await Self.$isWithinStep.withValue(true) { try await perform(attempt) }
    } catch let unsettled as UnsettledStep {
      return try await context.blobs.value(Result.self, of: try await end(attempt, unsettled))
    } catch {
      try await fail(attempt, error)
      // The worker stops: the cost is on the books, and no attempt is counted.
      if Task.isCancelled { throw CancellationError() }
      guard let failed = error as? FailedStep else { throw error }
      throw failed.cause ?? failed.failure
    }
    let result: BlobReference
    do { result = try await context.blobs.keep(json: settled.value) } catch {
      // The result is lost; its cost is not.
      try await fail(attempt, FailedStep(resultLost: error, charge: settled.charge))
      throw error
    }
    try await settle(
      attempt, .stepFinished(id, attempt: attempt.attempt, result: result, charge: settled.charge), settled.charge)
    if id.isContained { context.rest.hasWorked() }
    context.observer.observe(.stepFinished(owned.stream, id, settled.charge))
    return settled.value
  }

  private func reserve(_ id: StepID, _ worst: Money) async throws -> StepAttempt {
    precondition(worst >= .zero)
    let attempt = StepAttempt(stream: owned.stream, step: id, attempt: try await start(id, worst))
    if worst > .zero {
      do { try await owned.confirm() } catch let ousted as LostOwnership {
        // The step is reserved and will never be called: its cost is known to be zero.
        try await LateSettlement(journal: context.journal, observer: context.observer)
          .add(attempt, .none, after: await owned.state.length)
        throw ousted
      }
    }
    return attempt
  }

  /// Appends the reservation. If it does not fit, waits for the visit's own open steps, which may return a part of
  /// theirs: only if none of them is open is the budget exhausted.
  /// - Returns: the number of the attempt.
  private func start(_ id: StepID, _ worst: Money) async throws -> Int {
    while true {
      let ended = open.ended
      do { return try await startIfItFits(id, worst) } catch let room as NoRoom {
        let mayFitNow = await open.wait(past: ended) {
          context.observer.observe(.stepWaits(owned.stream, id, reserving: worst))
        }
        guard mayFitNow else { throw await context.exhausted(room) }
        try Task.checkCancellation()
      }
    }
  }

  private func startIfItFits(_ id: StepID, _ worst: Money) async throws -> Int {
    let number = Mutex(0)
    do {
      try await owned.append { state in
        guard worst <= state.remaining else { throw NoRoom(wanted: worst, state: state) }
        // Registered before another step can see the reservation: a step that doesn't fit because of it waits for it.
        open.begin(id)
        let attempt = state.books.attempts(of: id) + 1
        number.withLock { $0 = attempt }
        return .stepStarted(id, attempt: attempt, reserved: worst)
      }
    } catch {
      open.end(id)
      throw error
    }
    return number.withLock { $0 }
  }

  /// A cancelled step leaves no entry: `VisitWork` or a successor finds it open and settles it if its cost is known.
  private func fail(_ attempt: StepAttempt, _ error: any Error) async throws {
    if error is LostOwnership || error is CancellationError { return }
    let failure: Failure
    let charge: Charge
    switch error {
    case let failed as FailedStep: (failure, charge) = (failed.failure, failed.charge)
    case let plain as Failure: (failure, charge) = (plain, .none)
    default:
      (failure, charge) = (Failure(kind: "stepFailed", "\(error)", retryability: .transient), .none)
    }
    try await settle(
      attempt, .stepFailed(attempt.step, attempt: attempt.attempt, failure: failure, charge: charge), charge)
    context.observer.observe(.stepCharged(owned.stream, attempt.step, charge))
  }

  /// Ends a step whose price is not known, also when the work was cancelled. A superseded worker appends nothing: it
  /// has no cost to add, and its successor has kept the reservation.
  /// - Returns: the result.
  /// - Throws: the step's failure.
  private func end(_ attempt: StepAttempt, _ unsettled: UnsettledStep) async throws -> BlobReference {
    let result: JournalEntry.StepResult
    var lost: (any Error)?
    switch unsettled.result {
    case .missing(let failure): result = .missing(failure)
    case .whole(let value):
      do { result = .whole(try await context.blobs.keep(json: value)) } catch {
        lost = error
        result = .missing(FailedStep(resultLost: error, charge: .none).failure)
      }
    }
    let owned = owned
    try await Task { [result] in
      try await owned.append { _ in
        .stepUnsettled(attempt.step, attempt: attempt.attempt, result, unsettled.receipt)
      }
    }.value
    context.observer.observe(.stepUnsettled(owned.stream, attempt.step, unsettled.receipt))
    if Task.isCancelled { throw CancellationError() }
    switch result {
    case .whole(let blob): return blob
    case .missing(let failure): throw lost ?? failure
    }
  }

  /// Not cancelled with the work. A worker that was superseded meanwhile may still append the true cost of its call.
  private func settle(_ attempt: StepAttempt, _ fact: JournalEntry.Fact, _ charge: Charge) async throws {
    let owned = owned
    let late = LateSettlement(journal: context.journal, observer: context.observer)
    try await Task {
      do { try await owned.append { _ in fact } } catch let ousted as LostOwnership {
        // A late settlement of this machine may have been first.
        guard await owned.state.books.charge(of: attempt.step, attempt: attempt.attempt) == nil else { throw ousted }
        try await late.add(attempt, charge, after: await owned.state.length)
        throw ousted
      }
    }.value
  }
}

/// Appends the one entry that a superseded worker may write.
struct LateSettlement: Sendable {
  let journal: any Journal
  let observer: any WorkerObserver

  /// Appends the true charge of an attempt at the journal's end, wherever that is by now, unless another worker has
  /// settled it. Reads no entry twice.
  /// - Parameter length: how much of the journal is known.
  func add(_ attempt: StepAttempt, _ charge: Charge, after length: Int64) async throws {
    let fact = JournalEntry.Fact.settledLate(attempt.step, attempt: attempt.attempt, charge: charge)
    var end = length
    for _ in 0..<1000 {
      for entry in try await journal.entries(of: attempt.stream, from: end) {
        if case .settledLate(attempt.step, attempt.attempt, _) = entry.fact { return }
        end = entry.number + 1
      }
      if try await journal.append(fact, to: attempt.stream, at: end) {
        return observer.observe(.stepCharged(attempt.stream, attempt.step, charge))
      }
    }
    throw JournalError(.unavailable, "The journal of \(attempt.stream) never stood still for a late settlement.")
  }
}

/// The next step of a stream, or what it opens, does not fit into what is left of its cap. Becomes a failure with
/// advice outside of the append that found it.
struct NoRoom: Error {
  /// The most that the next step may cost.
  let wanted: Money
  let state: StreamState
}

extension WorkerContext {
  /// The failure for a stream whose next step does not fit. It names the budget that carries the whole stream, so that
  /// one raise is enough.
  func exhausted(_ room: NoRoom) async -> Failure {
    var usual: Money?
    do {
      if let opening = room.state.opening { usual = try await usualBudget(room.state.stream, opening) }
    } catch {
      observer.observe(.troubled(room.state.stream, "What it usually needs is not known: \(error)"))
    }
    return .exhausted(room, usual: usual)
  }
}

extension Failure {
  /// - Parameter usual: the budget that usually carries the whole stream; nil if that is not known.
  static func exhausted(_ room: NoRoom, usual: Money?) -> Failure {
    let state = room.state
    return Failure(
      kind: budgetExhaustedKind,
      "The next step of \(state.stream.name) may cost \(room.wanted), and \(state.remaining) of \(state.cap) is left.",
      advice: advice(room, usual))
  }

  /// What makes the stream go on, with commands that are not refused.
  private static func advice(_ room: NoRoom, _ usual: Money?) -> String {
    let opening = room.state.opening
    if let parent = opening?.parent {
      // Its cap is what its parent has reserved for it; only a new run gets a new one.
      let again =
        parent.stream.kind == .campaign
        ? "`shoal dead replay \(parent.stream.name)`"
        : "`shoal replay \(parent.stream.name) --from \(parent.stage.rawValue)`"
      return "Attempts were lost whose cost is not known yet. \(again) runs it anew."
    }
    let stream = room.state.stream
    let next = room.state.books.total + room.wanted
    // What lost attempts hold is not there for the rest.
    let whole = usual.map { $0 + room.state.books.uncertain } ?? .zero
    let needs =
      whole > next ? "The whole \(stream.kind.rawValue) needs about \(whole)" : "It needs at least \(next)"
    let campaign = stream.kind == .paper ? " --raise-campaign" : ""
    let raise =
      "\(needs): `shoal budget \(stream.name) --to \(max(whole, next).description.dropFirst())\(campaign)`"
    return opening?.snoozesWhenExhausted == true ? raise + "." : raise + ", then `shoal dead replay \(stream.name)`."
  }
}
