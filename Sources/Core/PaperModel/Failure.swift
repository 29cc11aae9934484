/// Why something did not work, as it stands in journals and dead letters.
public struct Failure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  /// What may be done about a failure without a person.
  public enum Retryability: String, Sendable, Codable {
    /// May work a while later.
    case transient
    /// Will not work again with the same input.
    case permanent
  }

  /// The kind, a word that filters and metrics may use, e.g. `budgetExhausted`.
  public let kind: String
  /// One sentence for a person, at most 1,024 bytes.
  public let message: String
  /// What a person should do next; empty where the message says it.
  public let advice: String
  /// Whether a later attempt may work.
  public let retryability: Retryability

  /// A failure; texts over 1,024 bytes are cut.
  public init(kind: String, _ message: String, advice: String = "", retryability: Retryability = .permanent) {
    self.kind = kind
    self.message = Self.cut(message)
    self.advice = Self.cut(advice)
    self.retryability = retryability
  }

  /// The message and the advice.
  public var description: String { advice.isEmpty ? message : "\(message) \(advice)" }

  private static func cut(_ text: String) -> String {
    guard text.utf8.count > 1024 else { return text }
    var kept = text
    while kept.utf8.count > 1021 { kept.removeLast() }
    return kept + "…"
  }
}

extension Failure {
  /// The kind for what does not fit into a paper's cap.
  public static let budgetExhaustedKind = "budgetExhausted"
  /// The kind for a worker that does not have the campaign's scientist.
  public static let noScientistKind = "noScientist"
}
