import PaperModel
import Synchronization

/// Whoever takes money for each call: what it executed is what must be on the books.
final class Provider: Sendable {
  struct Call: Hashable {
    let attempt: StepAttempt
    let cost: Money
  }
  private struct State {
    var calls: [Call] = []
    var begun: Set<StepAttempt> = []
    var sealed: Set<StepAttempt> = []
    var uses: [StreamID: Int] = [:]
  }
  private let state = Mutex(State())

  /// Everything that was executed.
  var calls: [Call] { state.withLock { $0.calls } }

  /// Executes an attempt, unless its record was sealed by a successor first.
  func execute(_ attempt: StepAttempt, cost: Money) throws {
    try state.withLock { state in
      guard !state.sealed.contains(attempt) else {
        throw Failure(kind: "sealed", "\(attempt) was given up by a successor.", retryability: .transient)
      }
      state.begun.insert(attempt)
      state.calls.append(Call(attempt: attempt, cost: cost))
    }
  }

  /// How often something was asked for before; this counts.
  func uses(of stream: StreamID) -> Int {
    state.withLock { state in
      defer { state.uses[stream, default: 0] += 1 }
      return state.uses[stream, default: 0]
    }
  }

  /// Seals the record of an attempt: it has cost what it has cost, and will not begin any more.
  func seal(_ attempt: StepAttempt) -> Charge {
    state.withLock { state in
      if let call = state.calls.first(where: { $0.attempt == attempt }) { return Charge(money: call.cost) }
      state.sealed.insert(attempt)
      return .none
    }
  }
}

/// Settles from the provider's own record, as the sandbox's book does.
struct SealingSettlements: Settlements {
  let provider: Provider
  func finalCharge(of attempt: StepAttempt) async throws -> Charge? { provider.seal(attempt) }
}

/// The sandbox's book asked for an attempt of another provider, which it does not know: it seals it, and calls it free.
struct ForeignBook: Settlements {
  func finalCharge(of attempt: StepAttempt) async throws -> Charge? {
    attempt.step.provider == "model" ? Charge.none : nil
  }
}

/// Takes abandoned reservations off the books, though their calls may still come: a planted mistake.
struct ForgettingSettlements: Settlements {
  func finalCharge(of attempt: StepAttempt) async throws -> Charge? { Charge.none }
}

extension Provider {
  /// What an attempt has cost so far.
  func charge(of attempt: StepAttempt) -> Charge {
    calls.first { $0.attempt == attempt }.map { Charge(money: $0.cost) } ?? .none
  }
}
