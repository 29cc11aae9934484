import FoundationEssentials

/// The price file of LiteLLM (`model_prices_and_context_window.json`): one object of models by name, with prices in
/// dollars per token.
public struct LiteLLMPrices: Sendable {
  /// A model of the file that can be used.
  public struct Model: Hashable, Sendable {
    public let name: String
    /// The name of the provider in the file, e.g. `anthropic`.
    public let provider: String
    public let prices: ModelPrices
    /// The most tokens of a prompt, and of an answer; nil where the file does not tell.
    public let context: Int64?
    public let output: Int64?
    /// The day after which the provider no longer serves the model, `YYYY-MM-DD`.
    public let deprecated: String?
    /// Whether a price was no whole number of nano-dollars per million tokens, and was rounded up.
    public let isRounded: Bool
  }

  /// An entry that gives no model, with a sentence that says why.
  public struct PassedOver: Hashable, Sendable {
    public let name: String
    public let reason: String
  }

  public private(set) var models: [Model] = []
  public private(set) var passedOver: [PassedOver] = []

  /// Reads a file.
  /// - Parameter date: the day of the file, `YYYY-MM-DD`, from which its prices hold.
  /// - Throws: `PriceFileError` if it is not an object of objects.
  public init(_ file: [UInt8], date: String) throws(PriceFileError) {
    let entries: [String: Entry]
    do { entries = try JSONDecoder().decode([String: Entry].self, from: Data(file)) } catch {
      throw PriceFileError("it is not an object of models by name, as LiteLLM's price file is")
    }
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      do { models.append(try entry.model(name, date: date)) } catch {
        passedOver.append(PassedOver(name: name, reason: error.description))
      }
    }
  }
}

/// A price file or an entry of it that can't be used: a sentence without its full stop.
public struct PriceFileError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}

/// An entry, of which only what is needed is looked at.
private struct Entry: Decodable {
  /// A value of any kind. Numbers are kept as decimals.
  enum Value: Decodable {
    case number(Decimal)
    case text(String)
    case list([Entry])
    case numbers([Decimal])
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Decimal.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let numbers = try? container.decode([Decimal].self) {
        self = .numbers(numbers)
      } else if let list = try? container.decode([Entry].self) {
        self = .list(list)
      } else {
        self = .other
      }
    }
  }

  let values: [String: Value]

  init(from decoder: any Decoder) throws { values = try [String: Value](from: decoder) }

  func model(_ name: String, date: String) throws(PriceFileError) -> LiteLLMPrices.Model {
    guard name != "sample_spec" else { throw PriceFileError("it describes the file's fields and is no model") }
    let mode = text("mode")
    guard mode == "chat" || mode == "responses" || mode == "completion" else {
      throw PriceFileError("its mode is \(mode ?? "missing"), and only models that answer with text are read")
    }
    var isRounded = false
    let tiers = try tiers(&isRounded)
    guard let prices = ModelPrices(date: date, tiers: tiers) else {
      throw PriceFileError("the tiers of its prices do not rise from 0")
    }
    let most = try whole("max_tokens")
    let (context, output) = (try whole("max_input_tokens"), try whole("max_output_tokens"))
    return LiteLLMPrices.Model(
      name: name, provider: text("litellm_provider") ?? "", prices: prices, context: context ?? most,
      output: output ?? most, deprecated: text("deprecation_date"), isRounded: isRounded)
  }

  private func tiers(_ isRounded: inout Bool) throws(PriceFileError) -> [ModelPrices.Tier] {
    if case .list(let ranges)? = values["tiered_pricing"] {
      var tiers: [ModelPrices.Tier] = []
      for range in ranges {
        guard case .numbers(let bounds)? = range.values["range"], let low = bounds.first,
          let above = DecimalText.scaled("\(low)", places: 0)?.value
        else { throw PriceFileError("a tier of its prices has no range of tokens") }
        tiers.append(try range.named("", over: Named(), &isRounded).tier(above: tiers.isEmpty ? 0 : above))
      }
      return tiers
    }
    var named = try named("", over: Named(), &isRounded)
    var tiers = [try named.tier(above: 0)]
    for above in try thresholds() {
      named = try self.named(above.suffix, over: named, &isRounded)
      tiers.append(try named.tier(above: above.tokens))
    }
    return tiers
  }

  /// The sizes of prompts over which other prices hold, from fields such as `input_cost_per_token_above_200k_tokens`.
  private func thresholds() throws(PriceFileError) -> [(tokens: Int64, suffix: String)] {
    var found: [Int64: String] = [:]
    for key in values.keys {
      guard key.contains("_cost"), let start = key.ranges(of: "_above_").last?.lowerBound else { continue }
      let suffix = key[start...]
      guard suffix.hasSuffix("k_tokens") else { continue }
      guard let thousands = Int64(suffix.dropFirst("_above_".count).dropLast("k_tokens".count)) else {
        throw PriceFileError("\(key) names no number of tokens")
      }
      found[thousands * 1000] = String(suffix)
    }
    return found.sorted { $0.key < $1.key }.map { (tokens: $0.key, suffix: $0.value) }
  }

  /// The prices that the file names for a tier, and those of the tier below that it does not name anew.
  private struct Named {
    var input: Int64?
    var output: Int64?
    var cacheRead: Int64?
    var cacheWrite: Int64?
    var longCacheWrite: Int64?
    var reasoning: Int64?

    func tier(above: Int64) throws(PriceFileError) -> ModelPrices.Tier {
      guard let input else { throw PriceFileError("it has no price of input tokens") }
      guard let output else { throw PriceFileError("it has no price of output tokens") }
      return ModelPrices.Tier(
        above: above, input: input, output: output, cacheRead: cacheRead, cacheWrite: cacheWrite,
        longCacheWrite: longCacheWrite, reasoning: reasoning)
    }
  }

  private func named(
    _ suffix: String, over lower: Named, _ isRounded: inout Bool
  ) throws(PriceFileError) -> Named {
    var named = lower
    named.input = try price("input_cost_per_token\(suffix)", &isRounded) ?? lower.input
    named.output = try price("output_cost_per_token\(suffix)", &isRounded) ?? lower.output
    named.cacheRead = try price("cache_read_input_token_cost\(suffix)", &isRounded) ?? lower.cacheRead
    // What the file does not name anew is not cheaper than what is usual in this tier.
    let (input, output) = (named.input ?? 0, named.output ?? 0)
    named.cacheWrite =
      try price("cache_creation_input_token_cost\(suffix)", &isRounded) ?? lower.cacheWrite.map { max($0, input) }
    named.longCacheWrite =
      try price("cache_creation_input_token_cost_above_1hr\(suffix)", &isRounded)
      ?? lower.longCacheWrite.map { max($0, input) }
    named.reasoning =
      try price("output_cost_per_reasoning_token\(suffix)", &isRounded) ?? lower.reasoning.map { max($0, output) }
    return named
  }

  /// A price in dollars per token as nano-dollars per million tokens.
  private func price(_ key: String, _ isRounded: inout Bool) throws(PriceFileError) -> Int64? {
    guard let value = values[key] else { return nil }
    guard case .number(let dollars) = value, let scaled = DecimalText.scaled("\(dollars)", places: 15) else {
      throw PriceFileError("\(key) is no price")
    }
    if !scaled.isExact { isRounded = true }
    return scaled.value
  }

  private func whole(_ key: String) throws(PriceFileError) -> Int64? {
    guard case .number(let number)? = values[key] else { return nil }
    guard let scaled = DecimalText.scaled("\(number)", places: 0) else {
      throw PriceFileError("\(key) is no number of tokens")
    }
    return scaled.value
  }

  private func text(_ key: String) -> String? {
    guard case .text(let text)? = values[key] else { return nil }
    return text
  }
}
