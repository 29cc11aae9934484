import PaperModel
import Synchronization

/// A provider that charges for each call: everything it executed must be on the books.
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

  /// Executes an attempt, unless a successor sealed its record first.
  func execute(_ attempt: StepAttempt, cost: Money) throws {
    try state.withLock { state in
      guard !state.sealed.contains(attempt) else {
        throw Failure(kind: "sealed", "\(attempt) was given up by a successor.", retryability: .transient)
      }
      state.begun.insert(attempt)
      state.calls.append(Call(attempt: attempt, cost: cost))
    }
  }

  /// How often the method was called before for the stream; counts this call.
  func uses(of stream: StreamID) -> Int {
    state.withLock { state in
      defer { state.uses[stream, default: 0] += 1 }
      return state.uses[stream, default: 0]
    }
  }

  /// Seals the record of an attempt: it will not begin any more, and its cost is final.
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

/// The sandbox's book, asked about an attempt of another provider: it does not know the attempt, seals it, and calls it
/// free.
struct ForeignBook: Settlements {
  func finalCharge(of attempt: StepAttempt) async throws -> Charge? {
    attempt.step.provider == "model" ? Charge.none : nil
  }
}

/// Takes abandoned reservations off the books although their calls may still come: a planted mistake.
struct ForgettingSettlements: Settlements {
  func finalCharge(of attempt: StepAttempt) async throws -> Charge? { Charge.none }
}

extension Provider {
  /// The cost of an attempt so far.
  func charge(of attempt: StepAttempt) -> Charge {
    calls.first { $0.attempt == attempt }.map { Charge(money: $0.cost) } ?? .none
  }
}
