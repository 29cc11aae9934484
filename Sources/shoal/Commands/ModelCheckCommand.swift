import CommandTable
import HTTPClient
import LanguageModels
import Operations
import PaperModel

/// `shoal models check`
enum ModelCheckCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "check", summary: "call a model with small requests, and report what works",
      discussion: """
        Asks for one word, and if that works for a JSON object of a schema, for a call of a tool, and for the colour \
        of a small picture: four calls of some hundred tokens, whose price is reported. They belong to no campaign. \
        Ends with 1 if the first one fails.
        """,
      arguments: [.init("MODEL", help: "its name, as `shoal models` lists it")],
      examples: [.init("shoal models check claude-haiku", "Calls the model, and says what it can do.")]),
    run: run)

  struct Document: Codable {
    struct Check: Codable {
      /// `text`, `usage`, `schema`, `tools` or `images`.
      let what: String
      let works: Bool
      let finding: String
    }
    let model: String
    let checks: [Check]
    /// What the calls cost whose price is known.
    let costNanodollars: Int64
    /// The number of calls whose price is not known.
    let unsettled: Int
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let model = try ModelSettings().model(invocation.argument("MODEL") ?? "")
    if let problem = ModelSettings.problem(model) { throw OperationError("\(model.name) can't be called: \(problem).") }
    guard model.wire != .mailbox, let prices = model.prices else {
      throw OperationError(
        "\(model.name) is a mailbox and answers no check. `shoal mailbox \(model.endpoint)` lists what waits in it.")
    }
    let key = try model.key.flatMap { try ModelSettings.key($0) }
    let client = ModelClient(try HTTPClient()) { _ in key?.value }
    var report = ModelCheck(model: model, prices: prices)
    for probe in ModelProbe.allCases where probe == .text || report.works {
      report.add(probe, try await client.call(probe.request(for: model), of: model, images: ModelProbe.pictures))
    }
    try terminal.print(report.text, orJSON: report.document, isJSON: invocation.isSet("json"))
    return report.works ? ExitCode.success : ExitCode.failure
  }
}

/// A small request that shows one ability of a model.
private enum ModelProbe: String, CaseIterable {
  case text, schema, tools, images

  /// A red square of 16 pixels.
  private static let picture: [UInt8] = [
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 16, 0, 0, 0, 16, 8, 2, 0, 0, 0, 144, 145,
    104, 54, 0, 0, 0, 22, 73, 68, 65, 84, 120, 218, 99, 248, 207, 192, 64, 18, 98, 24, 213, 48, 170, 97, 248, 106, 0, 0,
    144, 249, 255, 1, 242, 238, 232, 87, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
  ]
  private static let pictureName = BlobReference(
    digest: String(repeating: "0", count: 64), size: Int64(picture.count))!
  static let pictures = [pictureName.digest: picture]

  private static let answerSchema = JSONValue(
    parsing: Array(
      """
      {"type": "object", "properties": {"answer": {"type": "string", "enum": ["yes", "no"]}}, "required": ["answer"],
       "additionalProperties": false}
      """.utf8))!

  func request(for model: LanguageModel) -> ModelRequest {
    // Models that think spend a part of the limit on it.
    let limit = min(model.output, 1024)
    var request = ModelRequest(messages: [], outputLimit: limit)
    switch self {
    case .text: request.messages = [.init(.user, "Reply with the single word ready.")]
    case .schema:
      request.messages = [.init(.user, "Is seven a prime number? Reply as JSON: {\"answer\": \"yes\"} or \"no\".")]
      request.form = .schema(name: "verdict", Self.answerSchema)
    case .tools:
      request.messages = [.init(.user, "Call the tool `say` with the answer yes.")]
      request.tools = [.init(name: "say", description: "Says an answer.", parameters: Self.answerSchema)]
    case .images:
      request.messages = [
        .init(
          .user, [.text("Which colour is this picture? One word."), .image(Self.pictureName, mediaType: "image/png")])
      ]
    }
    return request
  }

  /// Whether the answer shows the ability.
  func isShown(by answer: ModelAnswer) -> Bool {
    switch self {
    case .text: !answer.text.isEmpty
    case .schema:
      JSONValue(parsing: Array(answer.text.utf8))?["answer"]?.text.map { ["yes", "no"].contains($0) } ?? false
    case .tools: answer.calls.contains { $0.name == "say" }
    case .images: answer.text.lowercased().contains("red")
    }
  }
}

/// What the calls of a check have shown.
private struct ModelCheck {
  let model: LanguageModel
  let prices: ModelPrices
  private var checks: [ModelCheckCommand.Document.Check] = []
  private var cost = Money.zero
  private var unsettled = 0

  init(model: LanguageModel, prices: ModelPrices) {
    (self.model, self.prices) = (model, prices)
  }

  /// Whether the model answers at all.
  var works: Bool { checks.first?.works ?? false }

  mutating func add(_ probe: ModelProbe, _ end: CallEnd) {
    func note(_ what: String, _ works: Bool, _ finding: String) {
      checks.append(.init(what: what, works: works, finding: finding))
    }
    switch end {
    case .answered(let answer, let tokens):
      cost += prices.cost(of: tokens)
      note(probe.rawValue, probe.isShown(by: answer), words(answer))
      if probe == .text {
        note("usage", true, "\(tokens.prompt) tokens asked, \(tokens.output) answered, \(prices.cost(of: tokens))")
      }
    case .failed(let error, let tokens):
      cost += prices.cost(of: tokens)
      note(probe.rawValue, false, "the answer failed: \(error)")
    case .refused(let refusal): note(probe.rawValue, false, "refused: \(refusal)")
    case .unsettled(let receipt, let answer):
      unsettled += 1
      note(probe.rawValue, answer.map(probe.isShown) ?? false, answer.map(words) ?? receipt.reason)
      if probe == .text, answer != nil { note("usage", false, receipt.reason) }
    }
  }

  private func words(_ answer: ModelAnswer) -> String {
    if let call = answer.calls.first { return "it called \(call.name) with \(call.arguments.prefix(60))" }
    let said = answer.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let cut = answer.finish == .length ? ", and reached the limit of output" : ""
    return said.isEmpty ? "it said nothing\(cut)" : "it said “\(said.prefix(60))”\(cut)"
  }

  var text: String {
    let rows = checks.map { check in
      "  \(check.what)" + String(repeating: " ", count: max(1, 8 - check.what.count))
        + (check.works ? "works: " : "fails: ")
        + check.finding
    }
    let rest =
      unsettled == 0 ? "" : ", and \(unsettled == 1 ? "a call" : "\(unsettled) calls") whose price is not known"
    return (["\(model.name): \(model.model) at \(model.endpoint)"] + rows + ["  all of it cost \(cost)\(rest)"])
      .joined(separator: "\n")
  }

  var document: ModelCheckCommand.Document {
    .init(model: model.name, checks: checks, costNanodollars: cost.nanodollars, unsettled: unsettled)
  }
}
