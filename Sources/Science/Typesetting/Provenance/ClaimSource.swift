public import PaperModel

/// Recomputes what a claim says from its artifacts. Whoever has the artifacts implements it.
public protocol ClaimSource: Sendable {
  /// The number as it should be printed, from the artifacts alone; nil where they do not have it.
  func printed(_ claim: NumberClaim) async throws -> String?
}

/// A source of claims that is a closure.
public struct PrintedClaims: ClaimSource {
  private let recompute: @Sendable (NumberClaim) async throws -> String?

  /// A source that recomputes with a closure; nil from it means that the artifacts do not have the number.
  public init(_ recompute: @escaping @Sendable (NumberClaim) async throws -> String?) { self.recompute = recompute }

  /// The number as it should be printed.
  public func printed(_ claim: NumberClaim) async throws -> String? { try await recompute(claim) }
}
