public import PaperModel

/// What a model's tokens cost from a day on: whole nano-dollars per million tokens.
public struct ModelPrices: Hashable, Sendable, Codable {
  /// The prices of a request by the size of its prompt. All of a request is charged in one tier.
  public struct Tier: Hashable, Sendable, Codable {
    /// The tier holds for prompts of more tokens than this; 0 for the first.
    public let above: Int64
    public let input: Int64
    public let output: Int64
    /// Tokens read from a cache; the price of other input where the provider has none of its own.
    public let cacheRead: Int64
    public let cacheWrite: Int64
    public let longCacheWrite: Int64
    /// Reasoning tokens; the price of other output where the provider has none of its own.
    public let reasoning: Int64

    /// - Parameter above: as the property; so are the others. What is nil has the price of input, or of output.
    public init(
      above: Int64 = 0, input: Int64, output: Int64, cacheRead: Int64? = nil, cacheWrite: Int64? = nil,
      longCacheWrite: Int64? = nil, reasoning: Int64? = nil
    ) {
      self.above = above
      self.input = input
      self.output = output
      self.cacheRead = cacheRead ?? input
      self.cacheWrite = cacheWrite ?? input
      self.longCacheWrite = longCacheWrite ?? cacheWrite ?? input
      self.reasoning = reasoning ?? output
    }

    /// The price of the dearest kind of input.
    var dearestInput: Int64 { max(input, cacheRead, cacheWrite, longCacheWrite) }
    var dearestOutput: Int64 { max(output, reasoning) }

    /// Tokens times nano-dollars per million.
    func product(_ usage: TokenUsage) -> Int128 {
      let plain = usage.output - usage.reasoning
      return [
        (usage.input, input), (usage.cacheRead, cacheRead), (usage.cacheWrite, cacheWrite),
        (usage.longCacheWrite, longCacheWrite), (plain, output), (usage.reasoning, reasoning),
      ].reduce(0) { $0 + Int128($1.0) * Int128($1.1) }
    }
  }

  /// The day from which the prices hold, `YYYY-MM-DD`.
  public let date: String
  /// At least one; the first is for every prompt, the others for larger and larger ones.
  public let tiers: [Tier]

  /// Nil without tiers, and if they do not begin at 0 and rise.
  public init?(date: String, tiers: [Tier]) {
    guard tiers.first?.above == 0, zip(tiers, tiers.dropFirst()).allSatisfy({ $0.above < $1.above }) else { return nil }
    self.date = date
    self.tiers = tiers
  }

  /// The prices of a model that costs nothing.
  public static let free = ModelPrices(date: "", tiers: [Tier(input: 0, output: 0)])!

  /// What a call costs, rounded up to a nano-dollar.
  public func cost(of usage: TokenUsage) -> Money {
    let tier = tiers.last { $0.above < usage.prompt } ?? tiers[0]
    return Self.money(tier.product(usage))
  }

  /// The most that a call can cost: every prompt token at the dearest price of input and every output token at the
  /// dearest price of output, in the dearest tier that a prompt of at most this size reaches.
  /// - Parameters:
  ///   - prompt: the most tokens that the request can be counted as.
  ///   - output: the limit of output that is sent with the request.
  public func worst(prompt: Int64, output: Int64) -> Money {
    var worst: Int128 = 0
    for (index, tier) in tiers.enumerated() where index == 0 || prompt > tier.above {
      let most = index + 1 < tiers.count ? min(prompt, tiers[index + 1].above) : prompt
      worst = max(worst, Int128(most) * Int128(tier.dearestInput) + Int128(output) * Int128(tier.dearestOutput))
    }
    return Self.money(worst)
  }

  /// The largest limit of output with which a call costs at most `money`; nil if even its prompt may cost more.
  public func outputLimit(within money: Money, prompt: Int64) -> Int64? {
    guard worst(prompt: prompt, output: 0) <= money else { return nil }
    var (fits, exceeds) = (Int64(0), Int64(1) << 40)
    while exceeds - fits > 1 {
      let middle = fits + (exceeds - fits) / 2
      if worst(prompt: prompt, output: middle) <= money { fits = middle } else { exceeds = middle }
    }
    return fits
  }

  /// Nano-dollars per million, times tokens, as money: rounded up.
  private static func money(_ product: Int128) -> Money {
    let (quotient, remainder) = product.quotientAndRemainder(dividingBy: 1_000_000)
    let nanodollars = quotient + (remainder > 0 ? 1 : 0)
    return Int64(exactly: nanodollars).map { Money(nanodollars: $0) } ?? .most
  }
}
