import CommandTable
import Operations
import PaperModel
import Projections

/// `shoal export`
enum ExportCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "export", summary: "write everything about a paper into a folder",
      discussion: """
        The layout is that of earlier tools: experiment.py, plot.py, prompt.json, seed_ideas.json, ideas.json, \
        notes.txt, a folder run_0, run_1, … for each run with its files byte for byte and the code beside it as \
        run_1.py, the figures, latex/ with the whole project, the PDF, review.txt and review.json. ledger.json has \
        every step and its cost, journal.jsonl every entry of the journals as `logs --json` prints it, and README.txt \
        says what each file is. For an unfinished paper the existing files are written, and the missing ones named.
        """,
      arguments: [.init("PAPER", help: "the paper's name, as `shoal status` shows it")],
      flags: [.value("to", .path, as: "DIR", help: "A new or empty folder", isRequired: true)],
      examples: [.init("shoal export grokking-4f2a.1 --to ./paper", "Writes the first paper into ./paper.")]),
    run: run)

  struct Document: Codable {
    let folder: String
    let files: [String]
    let missing: [String]
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    try await Installation.use(invocation, for: .reading) { installation in
      let deployment = installation.deployment
      let paper = try await deployment.find(invocation.argument("PAPER") ?? "", among: [.paper])
      let export = try await deployment.export(paper)
      let ledger = CostsCommand.Document(try await deployment.costs(of: paper))
      let folder = try NewFolder(Settings.absolute(invocation.text("to") ?? ""))
      defer { folder.discard() }
      var made = export.made
      made["ledger.json"] = Array((try Report.json(ledger) + "\n").utf8)
      made["journal.jsonl"] = try await journal(of: paper, installation)
      var missing = export.missing
      var files: [String] = []
      func write(_ path: String, _ bytes: [UInt8]) throws {
        do {
          try folder.write(path, bytes)
          files.append(path)
        } catch is FileOutput.NameTooLong {
          missing.append("\(path) was left out: its name is too long for the file system of \(folder.path).")
        }
      }
      for file in export.files.files where made[file.path] == nil {
        try write(file.path, try await deployment.bytes(of: file, in: export))
      }
      for (path, bytes) in made.sorted(by: { $0.key < $1.key }) { try write(path, bytes) }
      let list = ExportText.name(files)
      let text = ExportText.list(of: paper.name, named: export.name, files, missing: missing)
      try write(list, Array(text.utf8))
      try folder.finish()
      files.sort()
      for sentence in missing { terminal.note(sentence) }
      try terminal.print(
        "\(files.count) files are in \(folder.path).",
        orJSON: Document(folder: folder.path, files: files, missing: missing),
        isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }

  /// The journals of a paper and its runs: an object and a line break for each entry.
  private static func journal(of paper: StreamID, _ installation: Installation) async throws -> [UInt8] {
    let feed = installation.feed(of: paper, source: nil)
    var text = ""
    while case let entries = try await feed.next(), !entries.isEmpty {
      for entry in entries { text += try Report.line(EntryDocument(entry, output: nil)) + "\n" }
    }
    return Array(text.utf8)
  }
}
