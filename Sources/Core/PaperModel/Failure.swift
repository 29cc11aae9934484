/// Why something failed, as journals and dead letters record it.
public struct Failure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  /// How a failure may be handled without a person.
  public enum Retryability: Hashable, Sendable {
    /// A later attempt may succeed.
    case transient
    /// An attempt is expected to succeed after this time, and no attempt is counted: a provider asks for a pause, or a
    /// worker lacks what another has. `RetryPolicy` bounds the seconds.
    case later(afterSeconds: Int)
    /// Another attempt with the same input will fail too.
    case permanent
  }

  /// The kind, for filters and metrics, e.g. `budgetExhausted`.
  public let kind: String
  /// One sentence for users, at most 1,024 bytes.
  public let message: String
  /// What a user should do next; empty if the message says it.
  public let advice: String
  /// Whether a later attempt may succeed.
  public let retryability: Retryability

  /// A failure; texts over 1,024 bytes are cut.
  public init(kind: String, _ message: String, advice: String = "", retryability: Retryability = .permanent) {
    self.kind = kind
    self.message = Self.cut(message)
    self.advice = Self.cut(advice)
    self.retryability = retryability
  }

  /// The message and the advice, as sentences: a message may end with the words of a program, without a full stop.
  public var description: String {
    guard !advice.isEmpty else { return message }
    let isSentence = message.last.map { ".!?:;…”\"".contains($0) } ?? true
    return isSentence ? "\(message) \(advice)" : "\(message). \(advice)"
  }

  static func cut(_ text: String) -> String {
    guard text.utf8.count > 1024 else { return text }
    var kept = text
    while kept.utf8.count > 1021 { kept.removeLast() }
    return kept + "…"
  }
}

extension Failure.Retryability: Codable {
  private enum CodingKeys: String, CodingKey { case laterAfterSeconds }

  /// Reads `"transient"`, `"permanent"` or `{"laterAfterSeconds": 3600}`.
  public init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: CodingKeys.self) {
      self = .later(afterSeconds: try object.decode(Int.self, forKey: .laterAfterSeconds))
      return
    }
    let text = try decoder.singleValueContainer().decode(String.self)
    switch text {
    case "transient": self = .transient
    case "permanent": self = .permanent
    default:
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "“\(text)” is no retryability"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .transient, .permanent:
      var container = encoder.singleValueContainer()
      try container.encode(self == .transient ? "transient" : "permanent")
    case .later(let seconds):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(seconds, forKey: .laterAfterSeconds)
    }
  }
}

extension Failure {
  /// The kind for a step that does not fit into a paper's cap.
  public static let budgetExhaustedKind = "budgetExhausted"
  /// The kind for a machine that could not begin what it was asked to: nothing was executed, and another machine may do
  /// it. No attempt is counted, and the worker takes nothing new for a while.
  public static let machineKind = "machineTrouble"
  /// A failure of the machine, not of the work.
  public static func ofMachine(_ message: String) -> Failure {
    Failure(kind: machineKind, message, retryability: .later(afterSeconds: 10))
  }
  /// The kind for a worker that does not have the campaign's scientist.
  public static let noScientistKind = "noScientist"
}
