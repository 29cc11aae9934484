public import PaperModel

/// The tokens of one call. The four kinds of input exclude each other; reasoning is a part of the output.
public struct TokenUsage: Hashable, Sendable, Codable {
  /// Input that was neither read from a cache nor written to one.
  public var input: Int64 = 0
  /// Input that was read from the provider's cache.
  public var cacheRead: Int64 = 0
  /// Input that was written to a cache which keeps it for minutes.
  public var cacheWrite: Int64 = 0
  /// Input that was written to a cache which keeps it for an hour or more.
  public var longCacheWrite: Int64 = 0
  /// Everything that the model wrote, its reasoning included.
  public var output: Int64 = 0
  /// The part of the output that was reasoning; 0 where the provider does not tell.
  public var reasoning: Int64 = 0

  public init() {}

  /// All tokens of the request, which decide the tier of its price.
  public var prompt: Int64 { input + cacheRead + cacheWrite + longCacheWrite }

  /// The usage as a charge records it; kinds with no tokens are left out.
  public var kinds: [Usage] {
    let named = [
      ("inputTokens", prompt), ("outputTokens", output), ("cachedTokens", cacheRead),
      ("cacheWriteTokens", cacheWrite + longCacheWrite), ("reasoningTokens", reasoning),
    ]
    return named.filter { $0.1 > 0 }.map { Usage(kind: $0.0, amount: $0.1, unit: "token") }
  }
}

/// What makes a usage object unusable: the call's price is then not known.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
