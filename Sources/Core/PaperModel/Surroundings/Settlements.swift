/// Finds the cost of attempts whose worker was lost.
public protocol Settlements: Sendable {
  /// The true cost of an abandoned attempt, if it is final: nothing of the attempt runs, and nothing will begin. Nil
  /// while that is not known, and for attempts of another provider: the reservation then stays on the books as
  /// uncertain.
  func finalCharge(of attempt: StepAttempt) async throws -> Charge?
}

/// Finds no cost.
public struct NoSettlements: Settlements {
  public init() {}
  public func finalCharge(of attempt: StepAttempt) async throws -> Charge? { nil }
}

/// Settlements chosen by the provider of a step: the first part of its name. An attempt of an unknown provider stays
/// uncertain; it is never free.
public struct ProviderSettlements: Settlements {
  private let providers: [String: any Settlements]

  /// - Parameter providers: by the first part of the names of their steps, e.g. `sandbox`.
  public init(_ providers: [String: any Settlements]) { self.providers = providers }

  public func finalCharge(of attempt: StepAttempt) async throws -> Charge? {
    try await providers[attempt.step.provider]?.finalCharge(of: attempt)
  }
}

extension StepID {
  /// The first parts of the names of steps that run programs in the sandbox.
  public static let containedProviders: Set<String> = ["sandbox", "latex", "pdf", "doctor"]

  /// Whether the sandbox executes the step, and knows its cost.
  public var isContained: Bool { Self.containedProviders.contains(provider) }
}
