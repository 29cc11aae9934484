import CommandTable
import Files
import Glibc
import LanguageModels
import Log
import Operations
import PaperModel

/// `shoal prices`
enum PricesCommand {
  static let summary = "show and import the prices of language models"

  static let list = CommandList.Entry(
    command: Command(
      "list", summary: "show prices with the day from which they hold",
      discussion: """
        Prices are dollars per million tokens. Without a name the models that can be chosen are listed; with one, \
        every imported price whose name contains it.
        """,
      arguments: [.init("NAME", count: .optional, help: "a part of a provider's name of a model")],
      examples: [.init("shoal prices list", "Lists the prices of all models that can be chosen.")]),
    run: runList)

  static let importing = CommandList.Entry(
    command: Command(
      "import", summary: "read LiteLLM's price file",
      discussion: """
        Reads model_prices_and_context_window.json, as LiteLLM publishes it, into prices.json beside models.yaml. \
        A model of models.yaml without prices of its own gets those of its provider's name from there. Every entry \
        that is passed over is listed with the reason by --verbose and --json.
        """,
      arguments: [.init("FILE", .path, help: "LiteLLM's file")],
      flags: [
        .value("date", .text, as: "YYYY-MM-DD", help: "The day from which the prices hold; the file's own by default"),
        .toggle("verbose", help: "List the entries that are passed over"),
      ],
      examples: [
        .init("shoal prices import model_prices_and_context_window.json", "Imports all prices of text models.")
      ]
    ),
    run: runImport)

  struct ListDocument: Codable {
    struct Model: Codable {
      let name: String
      let prices: ModelPrices
      let deprecated: String?
    }
    let models: [Model]
  }

  struct ImportDocument: Codable {
    struct PassedOver: Codable {
      let name: String
      let reason: String
    }
    let file: String
    let imported: Int
    let rounded: [String]
    let passedOver: [PassedOver]
  }

  @Sendable private static func runList(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let settings = try ModelSettings()
    var rows: [ListDocument.Model]
    if let part = invocation.argument("NAME") {
      guard let imported = settings.imported else {
        throw OperationError("No prices were imported. `shoal prices import FILE` reads LiteLLM's file.")
      }
      rows = imported.models.filter { $0.key.contains(part) }.map { name, entry in
        .init(name: name, prices: entry.prices, deprecated: entry.deprecated)
      }
    } else {
      rows = settings.catalogue.models.values.compactMap { model in
        model.prices.map { .init(name: model.name, prices: $0, deprecated: nil) }
      }
    }
    rows.sort { $0.name < $1.name }
    var table = TextTable([
      .init(title: "MODEL"), .init(title: "SINCE"), .init(title: "ABOVE", isNumber: true),
      .init(title: "PRICES", mayShrink: true),
    ])
    for row in rows {
      for tier in row.prices.tiers {
        let text = row.prices == .free ? "free" : PriceText.line(tier)
        let end = row.deprecated.map { "; no longer served after \($0)" } ?? ""
        table.add([row.name, row.prices.date, tier.above == 0 ? "" : "\(tier.above)", text + end])
      }
    }
    try terminal.print(
      table.text(width: 10_000), orJSON: ListDocument(models: rows), isJSON: invocation.isSet("json"))
    return ExitCode.success
  }

  @Sendable private static func runImport(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let settings = try ModelSettings()
    let path = Settings.absolute(invocation.argument("FILE") ?? "")
    let bytes = try FileInput.read(path, limit: 64 << 20)
    let day = invocation.text("date") ?? dayOfFile(path)
    guard day.wholeMatch(of: #/\d{4}-\d{2}-\d{2}/#) != nil else {
      throw invocation.failure("--date is a day such as 2026-11-28, not \(day)")
    }
    let read: LiteLLMPrices
    do { read = try LiteLLMPrices(bytes, date: day) } catch {
      throw OperationError("\(path) can't be imported: \(error). Nothing was changed.")
    }
    guard !read.models.isEmpty else {
      throw OperationError("\(path) has no model with prices. Nothing was changed.")
    }
    let code = WholeFile.replace(settings.priceFile, with: try CanonicalJSON.encode(PriceList(read)))
    guard code == 0 else {
      throw OperationError("\(settings.priceFile) can't be written: \(String(cString: strerror(code))).")
    }
    let rounded = read.models.filter(\.isRounded).map(\.name)
    let document = ImportDocument(
      file: settings.priceFile, imported: read.models.count, rounded: rounded,
      passedOver: read.passedOver.map { .init(name: $0.name, reason: $0.reason) })
    let count = read.models.count == 1 ? "one model" : "\(read.models.count) models"
    var lines = ["\(settings.priceFile) has the prices of \(count), from \(day) on."]
    if !rounded.isEmpty {
      lines.append("Of \(rounded.count) of them a price is no whole nano-dollar per million tokens; it was rounded up.")
    }
    if !read.passedOver.isEmpty {
      let hint = invocation.isSet("verbose") ? ":" : "; --verbose lists them."
      lines.append("Passed over: \(read.passedOver.count)\(hint)")
      if invocation.isSet("verbose") { lines += read.passedOver.map { "  \($0.name): \($0.reason)" } }
    }
    try terminal.print(lines.joined(separator: "\n"), orJSON: document, isJSON: invocation.isSet("json"))
    return ExitCode.success
  }

  private static func dayOfFile(_ path: String) -> String {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return "" }
    let microseconds = Int64(facts.st_mtim.tv_sec) * 1_000_000
    return String(Timestamp.text(microseconds: microseconds).prefix(10))
  }
}
