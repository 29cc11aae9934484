public import PaperModel

/// Recomputes the numbers of claims from their artifacts.
public protocol ClaimSource: Sendable {
  /// The number as it should be printed, from the artifacts alone; nil if they do not have it.
  func printed(_ claim: NumberClaim) async throws -> String?
}

/// A source of claims that calls a closure.
public struct PrintedClaims: ClaimSource {
  private let recompute: @Sendable (NumberClaim) async throws -> String?

  /// - Parameter recompute: returns nil if the artifacts do not have the number.
  public init(_ recompute: @escaping @Sendable (NumberClaim) async throws -> String?) { self.recompute = recompute }

  public func printed(_ claim: NumberClaim) async throws -> String? { try await recompute(claim) }
}
