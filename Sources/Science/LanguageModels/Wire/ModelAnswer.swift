/// What a model answered.
public struct ModelAnswer: Hashable, Sendable, Codable {
  /// Why the model stopped.
  public enum Finish: String, Hashable, Sendable, Codable {
    /// It was done.
    case stop
    /// It reached the limit of output, or its context was full: the answer is cut off.
    case length
    /// It waits for the results of its calls.
    case calls
    /// The provider or the model refused; the text says what it would.
    case refused
  }

  public var text = ""
  /// What the model thought, where the provider shows it.
  public var reasoning = ""
  public var calls: [ToolCall] = []
  public var finish = Finish.stop
  /// The model that the provider names in its answer.
  public var model = ""
  /// The provider's own id of the answer.
  public var id = ""
  /// The last usage object of each kind as the provider sent it, for ever.
  public var usageObjects: [JSONValue] = []

  public init() {}
}

/// How far an answer came.
public enum AnswerProgress: Hashable, Sendable {
  /// Its end has not come: what ends here was cut off.
  case open
  /// The provider said that the answer is whole.
  case whole
  /// The provider reported an error within the answer.
  case failed(ProviderError)
}

/// An error as a provider reports it.
public struct ProviderError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  /// The provider's kind and code, e.g. `overloaded_error`, `insufficient_quota`; empty where it gives none.
  public let kind: String
  public let message: String

  public init(kind: String, message: String) {
    self.kind = kind
    self.message = message
  }

  public var description: String { kind.isEmpty ? message : "\(message) (\(kind))" }

  /// Reads the error object that providers send, alone or in a list: `{"error": {"message", "type", "code"}}`.
  public init?(_ value: JSONValue) {
    let value = value.list?.first ?? value
    guard let error = value["error"] else { return nil }
    if let text = error.text {
      self.init(kind: "", message: text)
      return
    }
    guard case .object = error else { return nil }
    let words = ["code", "type", "status"].compactMap { error[$0]?.text }
    self.init(kind: words.first ?? error["code"]?.whole.map { "\($0)" } ?? "", message: error["message"]?.text ?? "")
  }
}
