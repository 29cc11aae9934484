/// What a role or a handler may ask of its surroundings: to take a step, and to keep bytes. Who hands this over
/// reserves before a step, settles after it, and answers a step that is finished already from the journal.
public protocol Surroundings: BlobStore {
  /// Takes a step. Steps may run side by side, and be asked for in any order: equal requests of one name count on
  /// within a visit, others are steps of their own. No step is taken within another.
  /// - Parameters:
  ///   - name: the kind of step, e.g. `sandbox.plot`.
  ///   - request: all that the result depends on; its digest is part of the step's identity.
  ///   - worst: the most that the step can cost. The step is taken only where that fits into what is left.
  ///   - perform: does it. Runs at most once for each attempt, and not at all where the step is finished already. Its
  ///     result is kept as JSON: what is read back must be equal to it.
  /// - Throws: `Failure` of kind `budgetExhausted`; what `perform` throws (journaled as the step's failure); an error
  ///   of the worker's own where it has been superseded, which must be let through.
  func step<Request: Encodable & Sendable, Result: Codable & Sendable>(
    _ name: String, request: Request, reserving worst: Money,
    perform: @Sendable (StepAttempt) async throws -> Settled<Result>
  ) async throws -> Result

  /// What is left to spend right now. Nothing that a step's request depends on may depend on it.
  func remaining() async -> Money
}

/// Which attempt of which step is made: the key under which the outside world may be told of it.
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

/// A step's result and what it cost.
public struct Settled<Value: Sendable>: Sendable {
  /// The result.
  public let value: Value
  /// The cost.
  public let charge: Charge

  /// A result with its cost.
  public init(_ value: Value, charge: Charge) {
    self.value = value
    self.charge = charge
  }
}

/// A step that failed after it had cost something.
public struct FailedStep: Error, Sendable {
  /// Why, as the journal keeps it.
  public let failure: Failure
  public let charge: Charge
  /// What the handler sees in the failure's place: the error of a store that could not keep the result, which is no
  /// fault of the step.
  public let cause: (any Error)?

  public init(_ failure: Failure, charge: Charge) {
    self.failure = failure
    self.charge = charge
    cause = nil
  }

  /// A step that was executed, and whose result could not be kept.
  public init(resultLost cause: any Error, charge: Charge) {
    failure = (cause as? Failure) ?? Failure(kind: "resultLost", "\(cause)", retryability: .transient)
    self.charge = charge
    self.cause = cause
  }
}
