import HTTPClient
import PaperModel
import ServiceTestSupport
import Synchronization
import Testing
import YAML

@testable import LanguageModels

/// How calls end at servers that answer in the ways in which providers are known to answer.
@Suite(.timeLimit(.minutes(5))) struct ClientTests {
  /// What a server sends behind the head of a request, and how the call must end.
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let wire: String
    let end: String
    let sends: @Sendable (LoopbackConnection) -> Void

    init(
      _ description: String, _ wire: String = "openai", end: String,
      _ sends: @escaping @Sendable (LoopbackConnection) -> Void
    ) {
      (self.description, self.wire, self.end, self.sends) = (description, wire, end, sends)
    }

    /// A stream of events that ends with its connection.
    init(_ description: String, _ wire: String = "openai", end: String, events: String...) {
      self.init(description, wire, end: end) { connection in
        connection.send(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nx-request-id: r-1\r\nConnection: close\r\n\r\n")
        for event in events { connection.send("data: \(event)\n\n") }
      }
    }

    /// An answer that is refused.
    init(_ description: String, status: Int, headers: String = "", _ body: String, end: String) {
      self.init(description, end: end) { connection in
        connection.send(
          "HTTP/1.1 \(status) X\r\n\(headers)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
      }
    }
  }

  private static let text = #"{"id": "a-1", "choices": [{"delta": {"content": "Hi"}}]}"#
  private static let stop = #"{"choices": [{"delta": {}, "finish_reason": "stop"}]}"#
  private static let usage =
    #"{"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 2, "total_tokens": 6}}"#
  private static let start = """
    {"type": "message_start", "message": {"id": "m-1", "usage": {"input_tokens": 9, "output_tokens": 1}}}
    """
  private static let delta =
    #"{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}}"#
  private static let overloaded = #"{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}"#

  static let cases: [Case] = [
    Case("a whole answer", end: "answered Hi 4+2", events: text, stop, usage, "[DONE]"),
    Case("usage behind the end", end: "answered Hi 4+2", events: text, stop, "[DONE]", usage),
    Case(
      "usage beside an empty delta", end: "answered Hi 4+2", events: text, stop,
      #"{"choices": [{"delta": {}}], "usage": {"prompt_tokens": 4, "completion_tokens": 2}}"#, "[DONE]"),
    Case(
      "a first chunk without choices", end: "answered Hi 4+2", events: #"{"choices": []}"#, text, stop, usage,
      "[DONE]"),
    Case("no usage at all", end: "unsettled Hi: no usage", events: text, stop, "[DONE]"),
    Case(
      "usage that is none", end: "unsettled Hi: prompt_tokens", events: text, stop,
      #"{"choices": [], "usage": {"prompt_tokens": "4", "completion_tokens": 2}}"#, "[DONE]"),
    Case(
      "an error in the place of an answer", end: "unsettled: overloaded",
      events: #"{"error": {"message": "overloaded"}}"#, "[DONE]"),
    Case(
      "an error behind usage", end: "failed 4+2", events: text, usage, #"{"error": {"message": "overloaded"}}"#,
      "[DONE]"),
    Case("an end without the end", end: "unsettled: ended before its end", events: text),
    Case("an event that is not JSON", end: "unsettled: not JSON", events: text, "{\"choi"),
    Case(
      "an answer that is cut in a character", end: "unsettled: ",
      { connection in
        connection.send(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 500\r\n\r\ndata: {\"choices\": \u{e9}")
      }),
    Case("no byte of an answer", end: "unsettled: ", { _ in }),
    Case(
      "silence in the middle", end: "unsettled: ",
      { connection in
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: \(text)\n\n")
        _ = connection.bytes(1)
      }),
    Case("silence before the answer", end: "unsettled: ", { connection in _ = connection.bytes(1) }),
    Case(
      "comments and blank lines", end: "answered Hi 4+2",
      { connection in
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        for _ in 0..<200 { connection.send(": OPENROUTER PROCESSING\n\n\n\n") }
        for event in [text, stop, usage, "[DONE]"] { connection.send("data: \(event)\n\n") }
      }),
    Case(
      "a larger answer than any", end: "unsettled: ",
      { connection in
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: ")
        let piece = String(repeating: "x", count: 1 << 20)
        while connection.send(piece) {}
      }),
    Case(
      "a head without end", end: "unsettled: ",
      { connection in
        connection.send("HTTP/1.1 200 OK\r\n")
        while connection.send("X-More: \(String(repeating: "x", count: 900))\r\n") {}
      }),
    Case("an overload before any text", "anthropic", end: "refused later", events: overloaded),
    Case("an overload behind text", "anthropic", end: "unsettled: Overloaded", events: start, delta, overloaded),
    Case(
      "a message", "anthropic", end: "answered Hi 9+33", events: start, delta,
      #"{"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 33}}"#,
      #"{"type": "message_stop"}"#),
    Case("a message without its end", "anthropic", end: "unsettled: ended before its end", events: start, delta),
    Case(
      "a rate limit", status: 429, headers: "Retry-After: 7\r\n", #"{"error": {"message": "slow down"}}"#,
      end: "refused later 7.0"),
    Case(
      "a spent quota", status: 429, headers: "Retry-After: 7\r\n",
      #"{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}"#,
      end: "refused quota"),
    Case(
      "a spending limit", status: 429,
      #"{"error": {"message": "limit", "code": "enforced_spend_limit_reached"}}"#, end: "refused quota"),
    Case(
      "no credit", status: 402, #"{"error": {"message": "Insufficient credits", "code": 402}}"#, end: "refused quota"),
    Case(
      "credit that others hold", status: 402, headers: "Retry-After: 3\r\n", #"{"error": {"message": "in flight"}}"#,
      end: "refused later 3.0"),
    Case("a proxy's page", status: 503, "<html>Bad Gateway</html>", end: "refused later"),
    Case("an overload", status: 529, overloaded, end: "refused later"),
    Case(
      "an error in a list", status: 400, #"[{"error": {"code": 400, "message": "bad", "status": "INVALID_ARGUMENT"}}]"#,
      end: "refused invalid"),
    Case("a wrong key", status: 401, #"{"error": {"message": "Incorrect API key"}}"#, end: "refused settings"),
    Case("an unknown model", status: 404, #"{"error": {"message": "no such model"}}"#, end: "refused settings"),
    Case(
      "too long a prompt", status: 400,
      #"{"error": {"message": "too long", "type": "exceed_context_size_error"}}"#, end: "refused tooLong"),
    Case(
      "refused content", status: 400,
      #"{"error": {"message": "filtered", "code": "content_filter"}}"#, end: "refused content"),
    Case("a redirection", status: 307, headers: "Location: http://127.0.0.1:9/\r\n", "", end: "refused invalid"),
  ]

  @Test(arguments: cases)
  func `what is owed follows from how a call ended`(_ given: Case) async throws {
    let server = LoopbackServer { connection, ordinal in
      guard let head = connection.head() else { return }
      let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
      _ = connection.bytes(length.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0)
      // A request is sent once, whatever becomes of it.
      if ordinal > 0 {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      } else {
        given.sends(connection)
      }
    }
    defer { server.stop() }
    let text = """
      models: {m: {protocol: \(given.wire), endpoint: "\(server.url)/v1", context: 100, output: 50,
        prices: {date: 2026-11-28, input: 1, output: 2}}}
      """
    let model = try ModelCatalogue(try YAMLDocument(parsing: text, file: "models.yaml")).models["m"]!
    var patience = ModelClient.Patience()
    (patience.firstByte, patience.silence) = (.seconds(2), .seconds(2))
    let client = ModelClient(try HTTPClient(), patience: patience) { _ in nil }
    let request = ModelRequest(messages: [.init(.user, "x")], outputLimit: 10)
    let end = Self.words(try await client.call(request, of: model))
    #expect(end.hasPrefix(given.end) || Self.fits(end, given.end), "\(end)")
    #expect(server.connectionCount == 1)
  }

  /// `unsettled: REASON` fits a longer sentence that holds the reason.
  private static func fits(_ end: String, _ wanted: String) -> Bool {
    let parts = wanted.split(separator: ": ", maxSplits: 1)
    return parts.count == 2 && end.hasPrefix("\(parts[0]): ") && end.contains(parts[1])
  }

  private static func words(_ end: CallEnd) -> String {
    switch end {
    case .answered(let answer, let usage): "answered \(answer.text) \(usage.prompt)+\(usage.output)"
    case .failed(_, let usage): "failed \(usage.prompt)+\(usage.output)"
    case .refused(let refusal):
      "refused \(refusal.kind)" + (refusal.retryAfterSeconds.map { " \($0)" } ?? "")
    case .unsettled(let receipt, let answer): "unsettled\(answer.map { " \($0.text)" } ?? ""): \(receipt.reason)"
    }
  }

  @Test func `a receipt holds all by which the call can be found`() async throws {
    let server = LoopbackServer { connection, _ in
      _ = connection.head()
      connection.send("HTTP/1.1 200 OK\r\nrequest-id: r-1\r\nConnection: close\r\n\r\n")
      for event in [Self.start, Self.delta] { connection.send("data: \(event)\n\n") }
    }
    defer { server.stop() }
    let text =
      "models: {m: {protocol: anthropic, endpoint: \"\(server.url)/v1\", context: 100, output: 50, free: true}}"
    let model = try ModelCatalogue(try YAMLDocument(parsing: text, file: "models.yaml")).models["m"]!
    let client = ModelClient(try HTTPClient()) { _ in nil }
    let end = try await client.call(ModelRequest(messages: [.init(.user, "x")], outputLimit: 10), of: model)
    guard case .unsettled(let receipt, nil) = end else {
      Issue.record("\(end)")
      return
    }
    #expect(receipt.endpoint == "\(server.url)/v1/messages" && receipt.model == "m")
    #expect(
      receipt.requestID == "r-1" && receipt.answerID == "m-1" && receipt.counted == [.inputTokens(9)]
        && receipt.seenBytes == 2)
  }

  @Test func `a key goes into the head of its own request, and a missing one is named`() async throws {
    let seen = Heads()
    let server = LoopbackServer { connection, _ in
      seen.add(connection.head() ?? "")
      connection.send("HTTP/1.1 401 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }
    defer { server.stop() }
    let client = ModelClient(try HTTPClient()) { $0 == "A_KEY" ? "sk-secret" : nil }
    let request = ModelRequest(messages: [.init(.user, "x")], outputLimit: 10)
    for (wire, field) in [("openai", "Authorization: Bearer sk-secret"), ("anthropic", "x-api-key: sk-secret")] {
      let text =
        "models: {m: {protocol: \(wire), endpoint: \"\(server.url)\", key: A_KEY, context: 9, output: 9, free: true}}"
      let model = try ModelCatalogue(try YAMLDocument(parsing: text, file: "")).models["m"]!
      _ = try await client.call(request, of: model)
      #expect(seen.last.contains("\(field)\r\n"))
    }
    let text =
      "models: {m: {protocol: openai, endpoint: \"\(server.url)\", key: OTHER, context: 9, output: 9, free: true}}"
    let model = try ModelCatalogue(try YAMLDocument(parsing: text, file: "")).models["m"]!
    guard case .refused(let refusal) = try await client.call(request, of: model) else {
      Issue.record("not refused")
      return
    }
    #expect(refusal.kind == .settings && refusal.description.contains("OTHER") && server.connectionCount == 2)
  }
}

/// The heads that a server has read.
private final class Heads: Sendable {
  private let heads = Mutex<[String]>([])
  func add(_ head: String) { heads.withLock { $0.append(head) } }
  var last: String { heads.withLock { $0.last ?? "" } }
}
