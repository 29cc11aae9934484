/// A number in a paper's results that comes from no claim.
public struct ProvenanceFinding: Hashable, Sendable, CustomStringConvertible {
  /// The word that the number stands in, or what is wrong with the way that a claim's number is used.
  public let literal: String
  /// Where it stands.
  public let place: String

  /// `«0.97» in section «Results», block 2`.
  public var description: String { "«\(literal)» in \(place)" }
}
