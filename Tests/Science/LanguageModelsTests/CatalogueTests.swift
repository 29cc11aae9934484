import Testing
import YAML

@testable import LanguageModels

@Suite struct CatalogueTests {
  private func read(_ text: String) throws -> [String: LanguageModel] {
    try ModelCatalogue(try YAMLDocument(parsing: text, file: "models.yaml")).models
  }

  @Test func `a model is what its entry says, and the rest is usual`() throws {
    let models = try read(
      """
      models:
        sonnet:
          protocol: anthropic
          endpoint: https://api.anthropic.com/v1/
          model: claude-sonnet-5
          key: ANTHROPIC_API_KEY
          context: 1000000
          output: 128000
          prices:
            {date: 2026-10-21, input: 2, output: 10, cache-read: 0.2, cache-write: 2.5, long-cache-write: 4,
             tiers: [{above: 200000, input: 4, output: 15.000000001}]}
          limits: {requests: 50, in-flight: 8}
          quirks: {temperature: false, structure: tool, normalisation: nfc, tokens-per-request: 600}
        local: {protocol: openai, endpoint: "http://127.0.0.1:8080/v1", context: 4096, output: 1024, free: true}
        dear: {protocol: openai, endpoint: "https://x.example/v1", context: 10, output: 10}
      """)
    let sonnet = try #require(models["sonnet"])
    #expect(
      sonnet.endpoint == "https://api.anthropic.com/v1" && sonnet.model == "claude-sonnet-5"
        && sonnet.wire == .anthropic)
    #expect(sonnet.prices?.tiers[1].output == 15_000_000_001 && sonnet.prices?.tiers[0].longCacheWrite == 4_000_000_000)
    #expect(
      sonnet.limits.requestsPerMinute == 50 && sonnet.limits.tokensPerMinute == nil && sonnet.limits.inFlight == 8)
    #expect(sonnet.quirks.structure == .tool && !sonnet.quirks.takesTemperature && sonnet.bound.perRequest == 600)
    #expect(models["local"]?.prices == .free && models["local"]?.model == "local" && models["local"]?.key == nil)
    #expect(models["dear"]?.prices == nil)
  }

  @Test func `another file adds models, and changes those of the same name`() throws {
    let entry = "{protocol: openai, endpoint: http://h/v1, context: 10, output: 5, free: true}"
    var first = try ModelCatalogue(try YAMLDocument(parsing: "models: {a: \(entry), b: \(entry)}", file: "shipped"))
    let changed = entry.split(separator: "http://h").joined(separator: "http://other")
    first.add(
      try ModelCatalogue(try YAMLDocument(parsing: "models: {b: \(changed), c: \(entry)}", file: "models.yaml")))
    #expect(first.models.keys.sorted() == ["a", "b", "c"] && first.models["b"]?.endpoint == "http://other/v1")
  }

  @Test(arguments: [
    ("protocol: smtp", "none of openai, anthropic, mailbox"), ("endpoint: api.openai.com", "is no URL"),
    ("key: sk-proj-12345", "never the key itself"), ("output: 20", "from 1 to context"), ("context: 0", "context"),
    ("free: yes please", "true or false"), ("prices: {date: 2026-10-21, input: 2, output: cheap}", "is no price"),
    ("prices: {date: 2026-10-21, input: 2}", "“output” is missing"),
    ("prices: {date: today, input: 1, output: 1}", "2026"),
    ("prices: {date: 2026-10-21, input: -2, output: 1}", "is no price"),
    ("prices: {date: 2026-10-21, input: 1, output: 1, tiers: [{above: 0, input: 1, output: 1}]}", "rise"),
    ("limits: {requests: 0}", "from 1 on"), ("quirks: {structure: loose}", "strict, tool, object, none"),
    ("quirks: {tokens-per-tool: -1}", "not negative"), ("colour: red", "unknown key “colour”"),
  ])
  func `what is wrong is said with its line`(_ line: String, _ words: String) {
    let key = String(line.prefix { $0 != ":" })
    let usual = ["protocol: openai", "endpoint: http://h/v1", "context: 10", "output: 5"]
    let lines = usual.filter { !$0.hasPrefix("\(key):") } + [line]
    let text = "models:\n  m:\n" + lines.map { "    \($0)\n" }.joined()
    let error = #expect(throws: YAMLError.self) { try read(text) }
    #expect(error?.message.contains(words) == true && (error?.mark.line ?? 0) > 1, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func `the shipped models have prices with a date, keys, and addresses that are encrypted`() throws {
    let models = try ModelCatalogue.shipped().models
    #expect(models.count == 8)
    for model in models.values {
      #expect(model.endpoint.hasPrefix("https://") && model.key?.hasSuffix("_API_KEY") == true, "\(model.name)")
      #expect(model.prices.map { $0 != .free && $0.date >= "2026-11-28" } == true, "\(model.name)")
    }
  }

  @Test func `a file without models has none`() throws { #expect(try read("models:").isEmpty) }
}
