import GeneratorTestSupport
import PaperModel
import Testing

@testable import LanguageModels

@Suite struct PriceTests {
  @Test(arguments: [
    ("2.5", 9, 2_500_000_000), ("3e-06", 15, 3_000_000_000), ("3E-6", 15, 3_000_000_000), ("0", 9, 0),
    ("0.000", 2, 0), ("1e3", 0, 1000), ("00.5", 1, 5), ("9223372036854775807", 0, .max),
  ])
  func `decimals are read as whole numbers of units`(_ text: String, _ places: Int, _ value: Int64) {
    #expect(DecimalText.scaled(text, places: places) == .init(value: value, isExact: true))
  }

  @Test func `what is no whole number of units is rounded up`() {
    #expect(DecimalText.scaled("0.0000000004", places: 9) == .init(value: 1, isExact: false))
    #expect(DecimalText.scaled("1.0000000001", places: 9) == .init(value: 1_000_000_001, isExact: false))
    #expect(DecimalText.scaled("1.5000", places: 1) == .init(value: 15, isExact: true))
  }

  @Test(arguments: [
    "", "-1", "+1", ".", "1.", ".5", "1e", "e5", "1e5e5", "1.2.3", "a", "1 ", "9223372036854775808", "1e400",
  ])
  func `what is no amount is refused`(_ text: String) { #expect(DecimalText.scaled(text, places: 0) == nil) }

  private let tiered = ModelPrices(
    date: "2026-10-21",
    tiers: [
      .init(input: 2_000_000_000, output: 10_000_000_000, cacheRead: 200_000_000, cacheWrite: 2_500_000_000),
      .init(above: 272_000, input: 4_000_000_000, output: 15_000_000_000, cacheRead: 400_000_000),
    ])!

  private func usage(_ input: Int64, _ output: Int64, cacheRead: Int64 = 0, cacheWrite: Int64 = 0) -> TokenUsage {
    var usage = TokenUsage()
    (usage.input, usage.output, usage.cacheRead, usage.cacheWrite) = (input, output, cacheRead, cacheWrite)
    return usage
  }

  @Test func `all of a request is charged in the tier of its whole prompt`() {
    #expect(tiered.cost(of: usage(272_000, 0)) == Money(dollars: "0.544"))
    #expect(tiered.cost(of: usage(272_001, 0)) == Money(nanodollars: 1_088_004_000))
    #expect(tiered.cost(of: usage(1, 0, cacheRead: 272_000)) == Money(nanodollars: 4_000 + 108_800_000))
    #expect(
      tiered.cost(of: usage(1, 2, cacheRead: 3, cacheWrite: 4)) == Money(nanodollars: 2000 + 20_000 + 600 + 10_000))
  }

  @Test func `a part of a nano-dollar is charged as one`() {
    let prices = ModelPrices(date: "", tiers: [.init(input: 1, output: 1)])!
    #expect(prices.cost(of: usage(1, 0)) == Money(nanodollars: 1))
    #expect(prices.cost(of: usage(500_000, 500_001)) == Money(nanodollars: 2))
    #expect(prices.cost(of: usage(0, 0)) == .zero)
  }

  /// No usage within the bound costs more than the worst case, whatever part of it is cached or reasoning.
  @Test(arguments: 1...50 as ClosedRange<UInt64>)
  func `the worst case is never passed`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func amount() -> Int64 { Int64.random(in: 0...20_000_000_000, using: &random) }
    var tiers: [ModelPrices.Tier] = []
    for index in 0..<Int64.random(in: 1...4, using: &random) {
      tiers.append(
        .init(
          above: index * 1000, input: amount(), output: amount(), cacheRead: amount(), cacheWrite: amount(),
          longCacheWrite: amount(), reasoning: amount()))
    }
    let prices = ModelPrices(date: "", tiers: tiers)!
    for _ in 0..<200 {
      var usage = TokenUsage()
      usage.input = .random(in: 0...1500, using: &random)
      usage.cacheRead = .random(in: 0...1500, using: &random)
      usage.cacheWrite = .random(in: 0...1500, using: &random)
      usage.longCacheWrite = .random(in: 0...1500, using: &random)
      usage.output = .random(in: 0...5000, using: &random)
      usage.reasoning = .random(in: 0...usage.output, using: &random)
      let spare = Int64.random(in: 0...3000, using: &random)
      #expect(prices.cost(of: usage) <= prices.worst(prompt: usage.prompt + spare, output: usage.output))
    }
  }

  @Test func `the limit of output is the largest that fits`() throws {
    let limit = try #require(tiered.outputLimit(within: Money(nanodollars: 1_000_000), prompt: 100))
    #expect(tiered.worst(prompt: 100, output: limit) <= Money(nanodollars: 1_000_000))
    #expect(tiered.worst(prompt: 100, output: limit + 1) > Money(nanodollars: 1_000_000))
    #expect(tiered.outputLimit(within: Money(nanodollars: 10), prompt: 100) == nil)
  }

  @Test func `sums that no money can count are the most that it counts`() {
    let dear = ModelPrices(date: "", tiers: [.init(input: .max, output: .max)])!
    #expect(dear.worst(prompt: 1 << 49, output: 1 << 49) == .most)
  }

  @Test func `a price file of LiteLLM gives models, and a sentence for each entry that gives none`() throws {
    let file = """
      {"sample_spec": {"max_tokens": "a text", "mode": "one of: chat"},
       "plain": {"mode": "chat", "input_cost_per_token": 3e-06, "output_cost_per_token": 0.000015,
                 "cache_read_input_token_cost": 3e-07, "cache_creation_input_token_cost": 3.75e-06,
                 "cache_creation_input_token_cost_above_1hr": 6e-06, "input_cost_per_token_above_200k_tokens": 6e-06,
                 "output_cost_per_token_above_200k_tokens": 2.25e-05, "max_input_tokens": 200000,
                 "max_output_tokens": 64000, "litellm_provider": "anthropic", "supports_vision": true,
                 "search_context_cost_per_query": {"a": 0.01}, "deprecation_date": "2027-01-01"},
       "ranges": {"mode": "chat", "tiered_pricing": [
         {"range": [0, 32000.0], "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
         {"range": [32000, 128000], "input_cost_per_token": 2e-06, "output_cost_per_token": 4e-06}]},
       "noise": {"mode": "chat", "input_cost_per_token": 1.0000000000000001e-15, "output_cost_per_token": 0},
       "picture": {"mode": "image_generation", "output_cost_per_image": 0.04},
       "unpriced": {"mode": "chat", "max_tokens": 10},
       "wrong": {"mode": "chat", "input_cost_per_token": "free", "output_cost_per_token": -1}}
      """
    let read = try LiteLLMPrices(Array(file.utf8), date: "2026-11-28")
    #expect(read.models.map(\.name) == ["noise", "plain", "ranges"])
    #expect(read.passedOver.map(\.name) == ["picture", "sample_spec", "unpriced", "wrong"])
    #expect(read.passedOver.last?.reason.contains("input_cost_per_token") == true)
    let plain = read.models[1]
    #expect(plain.context == 200_000 && plain.output == 64_000 && plain.deprecated == "2027-01-01" && !plain.isRounded)
    #expect(
      plain.prices.tiers == [
        .init(
          input: 3_000_000_000, output: 15_000_000_000, cacheRead: 300_000_000, cacheWrite: 3_750_000_000,
          longCacheWrite: 6_000_000_000),
        .init(
          above: 200_000, input: 6_000_000_000, output: 22_500_000_000, cacheRead: 300_000_000,
          cacheWrite: 6_000_000_000, longCacheWrite: 6_000_000_000),
      ])
    #expect(read.models[2].prices.tiers.map(\.above) == [0, 32_000])
    #expect(read.models[0].isRounded && read.models[0].prices.tiers[0].input == 2)
    #expect(throws: PriceFileError.self) { try LiteLLMPrices(Array("[1]".utf8), date: "") }
  }
}
