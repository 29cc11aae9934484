import Files
import HTTPClient
import Journal
import LanguageModels
import PaperModel
import PipelineRules
import ServiceTestSupport
import StageWorker
import Synchronization
import Testing
import YAML

/// Calls of models as steps of a real worker: what becomes of each on the books of its paper.
@Suite(.timeLimit(.minutes(5))) struct ModelStepTests {
  private static let text = #"data: {"id": "a-1", "choices": [{"delta": {"content": "Hi"}}]}"#
  private static let stop = #"data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}"#
  private static let usage =
    #"data: {"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 2, "total_tokens": 6}}"#
  private static let done = "data: [DONE]"

  /// A server that answers the calls one after another, the last answer again for all that follow.
  private static func server(_ answers: [[String]]) -> LoopbackServer {
    LoopbackServer { connection, ordinal in
      guard connection.request() != nil else { return }
      let lines = answers[min(ordinal, answers.count - 1)]
      if let status = lines.first, status.hasPrefix("HTTP") {
        connection.send(lines.joined(separator: "\r\n") + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return
      }
      connection.send("HTTP/1.1 200 OK\r\nx-request-id: r-\(ordinal)\r\nConnection: close\r\n\r\n")
      for line in lines { connection.send(line + "\n\n") }
    }
  }

  private static func model(at url: String, output: Int = 50, price: String? = nil) throws -> LanguageModel {
    let text = """
      models: {m: {protocol: openai, endpoint: "\(url)/v1", context: 1000, output: \(output), \(
        price ?? "prices: {date: 2026-11-28, input: 1, output: 2}")}}
      """
    return try ModelCatalogue(try YAMLDocument(parsing: text, file: "models.yaml")).models["m"]!
  }

  /// A world in which the first stage of a paper asks the model once.
  private static func world(
    _ model: LanguageModel, least: Int64? = nil, cap: Money = Money(nanodollars: 10_000_000),
    clock: any WallClock = MachineClock()
  ) throws -> World {
    var script = Script()
    script.rounds = []
    script.paperCap = cap
    let caller = ModelCaller(ModelClient(try HTTPClient()) { _ in nil }, clock: clock)
    script.special[.novelty] = { _, hand in
      let request = ModelRequest(messages: [.init(.user, "Say hi.")], outputLimit: 50)
      let answer = try await caller.answer(
        "greeting", request, by: model, leastOutput: least, with: hand.surroundings)
      return .finished(result: try await hand.surroundings.keep(json: answer.text))
    }
    return World(script)
  }

  private static func lines(_ world: World) async throws -> [Books.Line] {
    try await world.state(of: World.paper).books.lines.filter { $0.step.provider == ModelCaller.provider }
  }

  @Test func `a call is charged what the provider counted, by kind of token`() async throws {
    let server = Self.server([[Self.text, Self.stop, Self.usage, Self.done]])
    defer { server.stop() }
    let world = try Self.world(try Self.model(at: server.url))
    #expect(try await world.workedPaper().end == .done)
    let line = try #require(try await Self.lines(world).first)
    // Four tokens at a thousand nano-dollars and two at two thousand.
    #expect(line.charge?.money == Money(nanodollars: 8_000))
    #expect(line.charge?.usage == [.inputTokens(4), .outputTokens(2)])
    #expect(line.state == .finished && line.step.name == "model.greeting")
    // The template's constants and the text at a byte a token, and the whole output.
    #expect(line.reserved > Money(nanodollars: 100_000 + 512_000) && server.connectionCount == 1)
  }

  @Test func `a busy provider puts the paper off and counts no attempt`() async throws {
    let server = Self.server([
      ["HTTP/1.1 503 Busy", "Retry-After: 7"], [Self.text, Self.stop, Self.usage, Self.done],
    ])
    defer { server.stop() }
    let world = try Self.world(try Self.model(at: server.url))
    let state = try await world.workedPaper()
    #expect(state.end == .done && state.failures == 0)
    let lines = try await Self.lines(world)
    #expect(lines.map(\.state) == [.failed, .finished] && lines[0].charge?.money == .zero)
    let entries = try await world.journal.entries(of: World.paper, from: 0)
    #expect(!entries.contains { if case .attemptFailed = $0.fact { true } else { false } })
    #expect(entries.contains { if case .released = $0.fact { true } else { false } })
  }

  @Test func `an answer that is cut off keeps its reservation and a receipt, and the call is made again`()
    async throws
  {
    let server = Self.server([[Self.text], [Self.text, Self.stop, Self.usage, Self.done]])
    defer { server.stop() }
    let world = try Self.world(try Self.model(at: server.url))
    let state = try await world.workedPaper()
    let lines = try await Self.lines(world)
    #expect(state.end == .done && lines.map(\.state) == [.unsettled, .finished])
    #expect(state.books.uncertain == lines[0].reserved)
    let receipt = try #require(lines[0].receipt)
    #expect(receipt.endpoint == "\(server.url)/v1/chat/completions" && receipt.seenBytes == 2)
    #expect(receipt.requestID == "r-0" && receipt.answerID == "a-1")
  }

  @Test func `a whole answer without usage is used, and not asked for again`() async throws {
    let server = Self.server([[Self.text, Self.stop, Self.done]])
    defer { server.stop() }
    let world = try Self.world(try Self.model(at: server.url))
    let state = try await world.workedPaper()
    let lines = try await Self.lines(world)
    #expect(state.end == .done && lines.map(\.state) == [.unsettled] && server.connectionCount == 1)
    #expect(state.books.uncertain == lines[0].reserved)
  }

  @Test func `a limit of output is lowered to what the budget has left, not below what suffices`() async throws {
    let server = Self.server([[Self.text, Self.stop, Self.usage, Self.done]])
    defer { server.stop() }
    let model = try Self.model(at: server.url)
    let prompt = ModelRequest(messages: [.init(.user, "Say hi.")], outputLimit: 50).promptBound(model.bound)
    // Room for 20 of the 50 tokens.
    let cap = Money(nanodollars: prompt * 1_000 + 20 * 2_000)
    let enough = try Self.world(model, least: 10, cap: cap)
    _ = try await enough.workedPaper()
    #expect(try await Self.lines(enough).first?.reserved == cap)
    let tooLittle = try Self.world(model, least: 30, cap: cap)
    guard case .dead(_, let failure) = try await tooLittle.workedPaper().end else {
      Issue.record("the paper goes on")
      return
    }
    #expect(failure.kind == Failure.budgetExhaustedKind)
    #expect(try await Self.lines(tooLittle).isEmpty && server.connectionCount == 1)
  }

  @Test func `a model without a price is not called, a free one costs nothing`() async throws {
    let server = Self.server([[Self.text, Self.stop, Self.done]])
    defer { server.stop() }
    let unpriced = try Self.world(try Self.model(at: server.url, price: "limits: {}"))
    guard case .dead(_, let failure) = try await unpriced.workedPaper().end else {
      Issue.record("the paper goes on")
      return
    }
    #expect(failure.kind == "noPrice" && server.connectionCount == 0)
    let free = try Self.world(try Self.model(at: server.url, price: "free: true"))
    #expect(try await free.workedPaper().end == .done)
    #expect(try await Self.lines(free).map(\.reserved) == [.zero])
  }

  @Test(arguments: [
    ("HTTP/1.1 401 No", "modelSettings"), ("HTTP/1.1 413 Long", "promptTooLong"), ("HTTP/1.1 400 Bad", "modelRefused"),
  ])
  func `what no waiting mends ends the paper at once, and costs nothing`(status: String, kind: String) async throws {
    let server = Self.server([[status]])
    defer { server.stop() }
    let world = try Self.world(try Self.model(at: server.url))
    let state = try await world.workedPaper()
    guard case .dead(_, let failure) = state.end else {
      Issue.record("the paper goes on")
      return
    }
    #expect(failure.kind == kind && !failure.advice.isEmpty)
    #expect(state.books.total == .zero && server.connectionCount == 1)
  }

  /// A world in which the first stage of a paper asks for an object.
  private static func asking(_ model: LanguageModel) throws -> World {
    var script = Script()
    script.rounds = []
    script.paperCap = Money(nanodollars: 100_000_000)
    let caller = ModelCaller(ModelClient(try HTTPClient()) { _ in nil })
    script.special[.novelty] = { _, hand in
      let schema = AnswerSchema(name: "verdict", ["type": "object"])
      let request = ModelRequest(messages: [.init(.user, "Is seven prime?")], outputLimit: 20)
      let verdict = try await caller.object(
        Verdict.self, schema, "verdict", request, by: model, with: hand.surroundings)
      return .finished(result: try await hand.surroundings.keep(json: verdict.answer))
    }
    return World(script)
  }

  private struct Verdict: Decodable { let answer: String }

  private static func says(_ text: String, _ finish: String = "stop") -> [String] {
    let quoted = text.replacing("\"", with: "\\\"")
    return [
      #"data: {"id": "a", "choices": [{"delta": {"content": "\#(quoted)"}, "finish_reason": "\#(finish)"}]}"#,
      usage, done,
    ]
  }

  @Test func `an object that can't be used is asked for again with the complaint, and a second time at most`()
    async throws
  {
    let right = Self.says(#"{"answer": "yes"}"#)
    let server = Self.server([Self.says("Yes."), Self.says("{}"), right])
    defer { server.stop() }
    let world = try Self.asking(try Self.model(at: server.url))
    #expect(try await world.workedPaper().end == .done && server.connectionCount == 3)
    let other = Self.server([Self.says("Yes."), Self.says("Yes."), right])
    defer { other.stop() }
    guard case .dead(_, let failure) = try await Self.asking(try Self.model(at: other.url)).workedPaper().end else {
      Issue.record("the same wrong answer was asked for again")
      return
    }
    #expect(failure.kind == "badAnswer" && other.connectionCount == 2)
  }

  @Test func `a schema that is refused is sent in the next way, and an answer at its limit is asked for once more`()
    async throws
  {
    let server = Self.server([
      ["HTTP/1.1 400 Bad"], Self.says("{\"answer\":", "length"), Self.says(#"{"answer": "yes"}"#),
    ])
    defer { server.stop() }
    let world = try Self.asking(try Self.model(at: server.url))
    #expect(try await world.workedPaper().end == .done && server.connectionCount == 3)
    let lines = try await Self.lines(world)
    #expect(lines.map(\.state) == [.failed, .finished, .finished] && Set(lines.map(\.step)).count == 3)
    let cut = Self.server([Self.says("{", "length")])
    defer { cut.stop() }
    guard case .dead(_, let failure) = try await Self.asking(try Self.model(at: cut.url)).workedPaper().end else {
      Issue.record("an answer that is cut off was used")
      return
    }
    #expect(failure.kind == "outputLimitReached" && cut.connectionCount == 2)
  }

  @Test func `a request in a mailbox waits without a slot and without an attempt, and survives its worker`()
    async throws
  {
    try await withTemporaryFolder { folder in
      let text = """
        models: {m: {protocol: mailbox, endpoint: letters, context: 1000, output: 50,
          prices: {date: 2026-11-28, input: 1, output: 2}}}
        """
      let document = try YAMLDocument(parsing: text, file: "models.yaml")
      let model = try ModelCatalogue(document, folder: folder).models["m"]!
      // Longer than a call waits for its answer, so that the paper is put off first.
      let world = try Self.world(model, clock: AnsweringClock("\(folder)/letters", after: 50))
      try await world.submitPaper()
      let first = world.start("a")
      try await world.until { first.events.contains { if case .snoozed = $0 { true } else { false } } }
      await first.stop()
      let second = world.start("b")
      try await world.drive(second)
      await second.stop()
      let state = try await world.state(of: World.paper)
      #expect(state.end == .done && state.failures == 0 && state.losses == 0)
      let result = try #require(state.results[.novelty])
      #expect(try await world.blobs.value(String.self, of: result) == "Good day!")
      let last = try #require(try await Self.lines(world).last)
      // Nine bytes at two thousand nano-dollars a token, and the bound of the request.
      #expect(last.charge?.usage.contains(.outputTokens(9)) == true && last.state == .finished)
      #expect(try Mailbox(folder: "\(folder)/letters").letters().count == 1)
    }
  }
}

/// A clock whose waits end at once, and that answers the only letter of a mailbox after some of them.
private final class AnsweringClock: WallClock {
  private let folder: String
  private let waits: Mutex<Int>

  init(_ folder: String, after waits: Int) {
    self.folder = folder
    self.waits = Mutex(waits)
  }

  var nowMicroseconds: Int64 { MachineClock().nowMicroseconds }

  func wait(untilMicroseconds time: Int64) async throws {
    let left = waits.withLock { waits in
      waits -= 1
      return waits
    }
    guard left == 0, let letter = try Mailbox(folder: folder).letters().first else { return }
    #expect(WholeFile.replace("\(letter.path)/\(Mailbox.answerFile)", with: Array("Good day!".utf8)) == 0)
  }
}
