/// What a role or a handler may use: take steps, and store bytes. The implementation reserves before a step, settles
/// after it, and answers a finished step from the journal.
public protocol Surroundings: BlobStore {
  /// Takes a step. Steps may run side by side, and in any order: equal requests of one name are numbered within a
  /// visit, different ones are separate steps. A step must not be taken within another.
  /// - Parameters:
  ///   - name: the name of the step, e.g. `sandbox.plot`.
  ///   - request: everything that the result depends on; its digest is part of the step's identity.
  ///   - worst: the most that the step can cost. The step is taken only if that fits into the rest of the cap.
  ///   - perform: executes the step. Runs at most once for each attempt, and not at all if the step is finished. Its
  /// result is stored as JSON: what is decoded must equal it.
  /// - Throws: `Failure` of kind `budgetExhausted`; the error of `perform` (journaled as the step's failure, or, if it
  ///   is an `UnsettledStep`, with its receipt); if the worker was superseded, an error of the worker's own, which must
  ///   be rethrown.
  func step<Request: Encodable & Sendable, Result: Codable & Sendable>(
    _ name: String, request: Request, reserving worst: Money,
    perform: @Sendable (StepAttempt) async throws -> Settled<Result>
  ) async throws -> Result

  /// The amount left to spend right now. A step's request must not depend on it.
  func remaining() async -> Money
}

/// An attempt of a step: the key under which it is known outside Shoal.
public struct StepAttempt: Sendable, Hashable, CustomStringConvertible {
  public let stream: StreamID
  public let step: StepID
  /// The attempt, from 1.
  public let attempt: Int

  public init(stream: StreamID, step: StepID, attempt: Int) {
    self.stream = stream
    self.step = step
    self.attempt = attempt
  }

  /// `stream step#attempt`.
  public var description: String { "\(stream) \(step)#\(attempt)" }
}

/// A step's result and its cost.
public struct Settled<Value: Sendable>: Sendable {
  public let value: Value
  public let charge: Charge

  public init(_ value: Value, charge: Charge) {
    self.value = value
    self.charge = charge
  }
}

/// A step that failed after it had cost something.
public struct FailedStep: Error, Sendable {
  /// The failure, as the journal records it.
  public let failure: Failure
  public let charge: Charge
  /// The error that the handler sees instead of the failure: that of a store that could not keep the result, which is
  /// no fault of the step.
  public let cause: (any Error)?

  public init(_ failure: Failure, charge: Charge) {
    self.failure = failure
    self.charge = charge
    cause = nil
  }

  /// A step that was executed, but whose result could not be stored.
  public init(resultLost cause: any Error, charge: Charge) {
    failure = (cause as? Failure) ?? Failure(kind: "resultLost", "\(cause)", retryability: .transient)
    self.charge = charge
    self.cause = cause
  }
}

/// A step that is over and whose price is not known: its reservation stays on the books until the price is found by the
/// receipt, or a person settles it.
public struct UnsettledStep: Error, Sendable {
  /// What came of the step.
  public enum Result: Sendable {
    /// The whole result, which the handler gets as if the price were known. Its type is that of the step.
    case whole(any Encodable & Sendable)
    /// Why there is none.
    case missing(Failure)
  }

  public let result: Result
  public let receipt: Receipt

  public init(_ result: Result, _ receipt: Receipt) {
    self.result = result
    self.receipt = receipt
  }
}
