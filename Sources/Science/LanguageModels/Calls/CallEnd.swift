public import PaperModel

/// How a call of a model ended, which decides what is owed for it.
public enum CallEnd: Sendable {
  /// The answer is whole, and the provider said what it counted.
  case answered(ModelAnswer, TokenUsage)
  /// The answer failed after the provider had counted tokens, which are owed.
  case failed(ProviderError, TokenUsage)
  /// The provider took no work on: nothing is owed.
  case refused(Refusal)
  /// Nobody here knows what is owed: the answer was cut off, or it came without usable usage.
  case unsettled(Receipt, ModelAnswer?)
}

/// A request that the provider did not carry out.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// What a caller can do about it.
  public enum Kind: String, Hashable, Sendable {
    /// Try again later: too many requests, an overload, an outage, a server that can't be reached.
    case later
    /// Wait for a person: the account has no credit, or a spending limit is reached.
    case quota
    /// Mend the settings: a wrong key, an unknown model, no right to use it.
    case settings
    /// The request is too long for the model's context.
    case tooLong
    /// The provider refuses the content.
    case content
    /// The request is not one that this provider takes.
    case invalid
  }

  public let kind: Kind
  /// The status of the answer; 0 where none came.
  public let status: Int
  public let error: ProviderError
  /// How long the provider asks callers to wait, in seconds.
  public let retryAfterSeconds: Double?

  public init(_ kind: Kind, status: Int, _ error: ProviderError, retryAfterSeconds: Double? = nil) {
    self.kind = kind
    self.status = status
    self.error = error
    self.retryAfterSeconds = retryAfterSeconds
  }

  public var description: String { status == 0 ? "\(error)" : "\(error), status \(status)" }
}
