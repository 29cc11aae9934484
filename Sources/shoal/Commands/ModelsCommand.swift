import CommandTable
import LanguageModels
import Operations
import PaperModel

/// `shoal models`
enum ModelsCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "models", summary: "list the language models that can be called",
      discussion: """
        Lists the shipped models and those of models.yaml, which lies beside shoal.yaml or where SHOAL_MODELS says. \
        Prices are dollars per million tokens. A model is called only if its price is known or it is declared free, \
        and if the environment holds its key, or names a file that does. Keys are never shown.
        """,
      arguments: [.init("MODEL", count: .optional, help: "everything about this one")],
      examples: [.init("shoal models", "Lists the models, and why some can't be called.")]),
    run: run)

  struct Document: Codable {
    struct Model: Codable {
      let name: String
      let `protocol`: String
      let endpoint: String
      let model: String
      /// The environment variable with the key.
      let key: String?
      let context: Int64
      let output: Int64
      let prices: ModelPrices?
      let isFree: Bool
      let usable: Bool
      let problem: String?

      init(_ model: LanguageModel) {
        name = model.name
        self.protocol = model.wire.rawValue
        endpoint = model.endpoint
        self.model = model.model
        key = model.key
        context = model.context
        output = model.output
        isFree = model.prices == .free
        prices = isFree ? nil : model.prices
        problem = ModelSettings.problem(model)
        usable = problem == nil
      }
    }
    /// The file of the user's own models.
    let file: String
    let models: [Model]
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let settings = try ModelSettings()
    let name = invocation.argument("MODEL")
    let chosen =
      try name.map { [try settings.model($0)] } ?? settings.catalogue.models.values.sorted { $0.name < $1.name }
    let document = Document(file: settings.file, models: chosen.map(Document.Model.init))
    let text = name == nil ? table(chosen) : chosen.map(facts).joined()
    try terminal.print(text, orJSON: document, isJSON: invocation.isSet("json"))
    return ExitCode.success
  }

  private static func table(_ models: [LanguageModel]) -> String {
    var table = TextTable([
      .init(title: "MODEL"), .init(title: "INPUT", isMoney: true), .init(title: "OUTPUT", isMoney: true),
      .init(title: "PRICES OF", mayBeLeftOut: true), .init(title: "USABLE", mayShrink: true),
    ])
    for model in models {
      let first = model.prices?.tiers[0]
      func price(_ price: Int64?) -> String { price.map { "\(Money(nanodollars: $0))" } ?? "?" }
      table.add([
        model.name, price(first?.input), price(first?.output),
        model.prices == .free ? "free" : model.prices?.date ?? "",
        ModelSettings.problem(model).map { "no: \($0)" } ?? "yes",
      ])
    }
    return table.text(width: 10_000)
  }

  private static func facts(_ model: LanguageModel) -> String {
    var rows = [
      ("protocol", model.wire.rawValue), ("endpoint", model.endpoint), ("model", model.model),
      ("key", model.key ?? "none"), ("context", "\(model.context) tokens"),
      ("output", "at most \(model.output) tokens"),
      ("usable", ModelSettings.problem(model).map { "no: \($0)" } ?? "yes"),
    ]
    if model.prices == .free {
      rows.append(("prices", "free"))
    } else if let prices = model.prices {
      rows.append(("prices of", prices.date))
      for tier in prices.tiers { rows.append((tier.above == 0 ? "" : "above \(tier.above)", PriceText.line(tier))) }
    }
    return model.name + "\n"
      + rows.map { name, value in "  " + name + String(repeating: " ", count: max(1, 12 - name.count)) + value }
      .joined(separator: "\n")
  }
}

/// Prices in words.
enum PriceText {
  /// `$2.00 in, $10.00 out, $0.20 cached, $2.50 written`, in dollars per million tokens.
  static func line(_ tier: ModelPrices.Tier) -> String {
    func money(_ price: Int64) -> String { "\(Money(nanodollars: price))" }
    var parts = ["\(money(tier.input)) in", "\(money(tier.output)) out"]
    if tier.cacheRead != tier.input { parts.append("\(money(tier.cacheRead)) read from a cache") }
    if tier.cacheWrite != tier.input { parts.append("\(money(tier.cacheWrite)) written to it") }
    if tier.longCacheWrite != tier.cacheWrite { parts.append("\(money(tier.longCacheWrite)) for an hour") }
    if tier.reasoning != tier.output { parts.append("\(money(tier.reasoning)) reasoning") }
    return parts.joined(separator: ", ")
  }
}
