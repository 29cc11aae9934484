/// A model that can be called, and all that is known of it before.
public struct LanguageModel: Hashable, Sendable {
  /// How the model is spoken to.
  public enum Wire: String, Hashable, Sendable, CaseIterable {
    /// OpenAI's chat completions, as most servers have them.
    case openai
    /// Anthropic's messages.
    case anthropic
    /// A folder where a person or another program answers.
    case mailbox
  }

  /// What an endpoint grants; nil where it is not known.
  public struct Limits: Hashable, Sendable {
    public var requestsPerMinute: Int64?
    public var tokensPerMinute: Int64?
    public var inFlight: Int64?

    public init() {}
  }

  /// The name by which campaigns choose it.
  public let name: String
  public let wire: Wire
  /// The URL before `/chat/completions` or `/messages`, without a slash at its end; for a mailbox its folder.
  public let endpoint: String
  /// The provider's name of the model.
  public let model: String
  /// The environment variable with the key; nil for endpoints that want none.
  public let key: String?
  /// The most tokens of prompt and answer together.
  public let context: Int64
  /// The most tokens of an answer.
  public let output: Int64
  /// Nil if no price is known: such a model is not called.
  public internal(set) var prices: ModelPrices?
  public let limits: Limits
  public let bound: PromptBound
  public internal(set) var quirks: RequestBody.Quirks
}
