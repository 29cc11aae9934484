import GeneratorTestSupport
import HTTPClient
import Journal
import LanguageModels
import MessageLog
import Operations
import PaperModel
import PipelineRules
import ServiceTestSupport
import StageWorker
import Synchronization
import Testing
import YAML

/// The books of papers beside the invoice of a provider that fails in many ways.
@Suite(.timeLimit(.minutes(5))) struct InvoiceTests {
  @Test(arguments: [1, 2, 3])
  func `the books are the invoice to the nano-dollar, and what nobody knows is named on both sides`(
    seed: UInt64
  ) async throws {
    let provider = MoodyProvider(seed: seed)
    defer { provider.stop() }
    let caller = ModelCaller(ModelClient(try HTTPClient()) { _ in nil })
    let model = try provider.model
    var script = Script()
    script.rounds = []
    script.special[.novelty] = { visit, hand in
      var said: [String] = []
      for question in 0..<6 {
        let request = ModelRequest(messages: [.init(.user, "\(visit.stream) \(question)")], outputLimit: 50)
        said.append(try await caller.answer("ask", request, by: model, with: hand.surroundings).text)
      }
      return .finished(result: try await hand.surroundings.keep(json: said))
    }
    let world = World(script)
    let papers = (1...25).map { StreamID(.paper, "c.\($0)")! }
    let definition = try await world.blobs.keep([])
    for paper in papers {
      let opening = Opening(
        campaign: "c", title: "", cap: Money(nanodollars: 1_000_000_000), definition: definition)
      world.log.publish([Message(WorkItem(stream: paper, stage: .novelty, opening: opening))])
    }
    let worker = world.start("a", slots: 8)
    try await world.drive(worker)
    await worker.stop()

    var lines: [Books.Line] = []
    for paper in papers {
      lines += try await world.state(of: paper).books.lines.filter { $0.step.provider == ModelCaller.provider }
    }
    let invoice = provider.invoice
    #expect(invoice.count > 150 && Set(invoice.map(\.mood)).count == MoodyProvider.Mood.allCases.count)
    #expect(lines.count == invoice.count && !lines.contains { $0.state == .abandoned || $0.state == .reserved })
    let known = invoice.filter(\.mood.tellsPrice)
    #expect(lines.reduce(.zero) { $0 + ($1.charge?.money ?? .zero) } == known.reduce(.zero) { $0 + $1.price })
    let unknown = Set(invoice.filter { !$0.mood.tellsPrice }.map(\.id))
    #expect(Set(lines.compactMap { $0.receipt?.requestID }) == unknown)
    #expect(lines.filter(\.isUncertain).count == unknown.count)

    // A person looks the rest up.
    let prices = Dictionary(uniqueKeysWithValues: invoice.map { ($0.id, $0.price) })
    for paper in papers {
      for step in try await world.deployment.uncertainSteps(of: paper) {
        let price = try #require(step.line.receipt.flatMap { prices[$0.requestID] })
        try await world.deployment.settle(step, at: price)
      }
    }
    var settled = Money.zero
    for paper in papers {
      let books = try await world.state(of: paper).books
      #expect(books.uncertain == .zero)
      settled += books.lines.filter { $0.step.provider == ModelCaller.provider }
        .reduce(.zero) { $0 + ($1.charge?.money ?? .zero) }
    }
    #expect(settled == invoice.reduce(.zero) { $0 + $1.price })
  }
}

/// A provider that answers well most of the time, and writes down what it charges for each request.
private final class MoodyProvider: Sendable {
  /// How a request is answered.
  enum Mood: CaseIterable {
    case well, cachedWell, withoutUsage, cutOff, silentEnd, failsWithUsage, failsWithout, busy, limited, unreadable

    /// Whether the caller can know what is owed.
    var tellsPrice: Bool {
      switch self {
      case .well, .cachedWell, .failsWithUsage, .busy, .limited: true
      case .withoutUsage, .cutOff, .silentEnd, .failsWithout, .unreadable: false
      }
    }
  }

  struct Entry {
    let id: String
    let mood: Mood
    let price: Money
  }

  private struct State {
    var random: SeededGenerator
    var entries: [Entry] = []
  }

  private final class Book: Sendable {
    let state: Mutex<State>
    init(seed: UInt64) { state = Mutex(State(random: SeededGenerator(seed: seed))) }
  }

  private let book: Book
  private let server: LoopbackServer

  init(seed: UInt64) {
    let book = Book(seed: seed)
    self.book = book
    server = LoopbackServer { connection, ordinal in
      guard connection.request() != nil else { return }
      Self.answer(connection, ordinal, book)
    }
  }

  var invoice: [Entry] { book.state.withLock { $0.entries } }

  func stop() { server.stop() }

  var model: LanguageModel {
    get throws {
      let text = """
        models: {m: {protocol: openai, endpoint: "\(server.url)/v1", context: 1000, output: 50,
          prices: {date: 2026-11-28, input: 1.3, output: 7.7, cache-read: 0.1}}}
        """
      return try ModelCatalogue(try YAMLDocument(parsing: text, file: "models.yaml")).models["m"]!
    }
  }

  private static func answer(_ connection: LoopbackConnection, _ ordinal: Int, _ book: Book) {
    let id = "r-\(ordinal)"
    let (mood, input, cached, output) = book.state.withLock { state in
      // Half of the answers are good, so that papers come to their end.
      let isGood = Bool.random(using: &state.random)
      let mood = isGood ? Mood.well : Mood.allCases.randomElement(using: &state.random)!
      let input = Int64.random(in: 40...400, using: &state.random)
      let cached = mood == .cachedWell ? Int64.random(in: 1...input, using: &state.random) : 0
      let output = Int64.random(in: 1...50, using: &state.random)
      let isFree = mood == .busy || mood == .limited
      // Nano-dollars for a thousandth of a token's price; rounded up.
      let exact = (input - cached) * 1_300 + cached * 100 + output * 7_700
      state.entries.append(Entry(id: id, mood: mood, price: Money(nanodollars: isFree ? 0 : exact)))
      return (mood, input, cached, output)
    }
    func start() { connection.send("HTTP/1.1 200 OK\r\nx-request-id: \(id)\r\nConnection: close\r\n\r\n") }
    func event(_ json: String) { connection.send("data: \(json)\n\n") }
    let text = #"{"id": "a", "choices": [{"delta": {"content": "Yes."}}]}"#
    let end = #"{"choices": [{"delta": {}, "finish_reason": "stop"}]}"#
    let usage = """
      {"choices": [], "usage": {"prompt_tokens": \(input), "completion_tokens": \(output), \
      "total_tokens": \(input + output), "prompt_tokens_details": {"cached_tokens": \(cached)}}}
      """
    switch mood {
    case .well, .cachedWell:
      start()
      for json in [text, end, usage, "[DONE]"] { event(json) }
    case .withoutUsage:
      start()
      for json in [text, end, "[DONE]"] { event(json) }
    case .cutOff:
      start()
      connection.send("data: {\"id\": \"a\", \"choices\": [{\"del")
    case .silentEnd:
      start()
      event(text)
    case .failsWithUsage:
      start()
      for json in [text, usage, #"{"error": {"message": "It broke.", "code": 500}}"#] { event(json) }
    case .failsWithout:
      start()
      for json in [text, #"{"error": {"message": "It broke.", "code": 500}}"#] { event(json) }
    case .busy:
      connection.send("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    case .limited:
      connection.send("HTTP/1.1 429 Slow\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    case .unreadable:
      start()
      for json in [text, end, #"{"choices": [], "usage": {"prompt_tokens": "many"}}"#, "[DONE]"] { event(json) }
    }
  }
}
