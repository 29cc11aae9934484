import Foundation
import HTTPClient
import PaperModel
import Testing
import YAML

@testable import LanguageModels

/// The address of a llama-server.
private let address = ProcessInfo.processInfo.environment["SHOAL_TEST_MODEL"]

/// Calls of a real server, if `SHOAL_TEST_MODEL` names one.
@Suite(.enabled(if: address != nil, "SHOAL_TEST_MODEL names no server"))
struct RealModelTests {
  private func model(_ wire: String) throws -> LanguageModel {
    let text = """
      models:
        small: {protocol: \(wire), endpoint: "\(address!)/v1", context: 4096, output: 512, quirks: {seed: true},
          prices: {date: 2026-11-28, input: 0.1, output: 0.4}}
      """
    return try ModelCatalogue(try YAMLDocument(parsing: text, file: "models.yaml")).models["small"]!
  }

  @Test(arguments: ["openai", "anthropic"])
  func `a call has an answer, its usage and its price`(_ wire: String) async throws {
    let model = try model(wire)
    let client = ModelClient(try HTTPClient()) { _ in nil }
    var request = ModelRequest(
      system: "You answer in one short sentence.", messages: [.init(.user, "What is a shoal?")], outputLimit: 40)
    request.seed = 1
    let end = try await client.call(request, of: model)
    guard case .answered(let answer, let usage) = end else {
      Issue.record("\(end)")
      return
    }
    #expect(!answer.text.isEmpty && usage.prompt > 10 && (1...40).contains(usage.output))
    #expect(usage.prompt <= request.promptBound(model.bound))
    let prices = try #require(model.prices)
    #expect(prices.cost(of: usage) > .zero)
    #expect(
      prices.cost(of: usage) <= prices.worst(prompt: request.promptBound(model.bound), output: request.outputLimit))
  }

  @Test func `a schema is kept to, and a prompt over the context is refused`() async throws {
    let model = try model("openai")
    let client = ModelClient(try HTTPClient()) { _ in nil }
    var request = ModelRequest(messages: [.init(.user, "Is water wet? Give a reason.")], outputLimit: 200)
    request.form = .schema(
      name: "verdict",
      [
        "type": "object", "additionalProperties": false, "required": ["isTrue", "reason"],
        "properties": ["isTrue": ["type": "boolean"], "reason": ["type": "string", "maxLength": 60]],
      ])
    struct Verdict: Decodable {
      let isTrue: Bool
      let reason: String
    }
    guard case .answered(let answer, _) = try await client.call(request, of: model) else {
      Issue.record("no answer")
      return
    }
    _ = try AnswerObject.decode(Verdict.self, from: answer.text)
    let long = ModelRequest(messages: [.init(.user, String(repeating: "word ", count: 6000))], outputLimit: 10)
    guard case .refused(let refusal) = try await client.call(long, of: model) else {
      Issue.record("not refused")
      return
    }
    #expect(refusal.kind == .tooLong, "\(refusal)")
  }

  @Test func `a server that is not there takes no work on`() async throws {
    let text =
      "models: {gone: {protocol: openai, endpoint: \"http://127.0.0.1:9/v1\", context: 9, output: 9, free: true}}"
    let gone = try ModelCatalogue(try YAMLDocument(parsing: text, file: "")).models["gone"]!
    let end = try await ModelClient(try HTTPClient()) { _ in nil }.call(
      ModelRequest(messages: [.init(.user, "x")], outputLimit: 1), of: gone)
    guard case .refused(let refusal) = end else {
      Issue.record("\(end)")
      return
    }
    #expect(refusal.kind == .later && refusal.status == 0)
  }
}
