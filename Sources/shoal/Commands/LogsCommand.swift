import CommandTable
import Log
import Operations
import PaperModel
import Projections

/// `shoal logs`
enum LogsCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "logs", summary: "print the journals, entry by entry",
      discussion: """
        One line for each entry of the journals, oldest first, times in UTC: which worker claimed what, what each step \
        reserved and cost, how it ended. A campaign's lines include those of its papers and runs, a paper's those of \
        its runs. A stage that waits for runs takes several passes, one for each run that ends.
        """,
      arguments: [
        .init("CAMPAIGN|PAPER|RUN", count: .optional, help: "only this campaign, paper or run; everything if not given")
      ],
      flags: [
        .toggle("follow", short: "f", help: "Keep printing new entries until stopped"),
        .toggle("output", help: "Also print the end of each run's output"),
      ],
      examples: [
        .init("shoal logs grokking-4f2a.1", "Prints the journals of the first paper and its runs."),
        .init("shoal logs --follow --output", "Prints everything and all new entries, with the experiments' output."),
      ]),
    run: { try await run($0, $1, clock: MachineClock()) })

  static func run(_ invocation: Invocation, _ terminal: Terminal, clock: any WallClock) async throws -> Int32 {
    try await Installation.use(invocation, for: .reading) { installation in
      var stream: StreamID?
      if let name = invocation.argument("CAMPAIGN|PAPER|RUN") { stream = try await installation.deployment.find(name) }
      let wanted = stream
      guard invocation.isSet("follow") else {
        let feed = installation.feed(of: wanted, source: nil)
        while case let entries = try await feed.next(), !entries.isEmpty {
          for entry in entries { try await show(entry, installation, invocation, terminal) }
        }
        return ExitCode.success
      }
      return try await installation.followingEvents(terminal.note) { source in
        let feed = installation.feed(of: wanted, source: source)
        while true {
          let entries = try await feed.next()
          for entry in entries { try await show(entry, installation, invocation, terminal) }
          if terminal.lostOutput != nil { return ExitCode.success }
          guard entries.isEmpty else { continue }
          try await clock.wait(untilMicroseconds: clock.nowMicroseconds + 500_000)
        }
      }
    }
  }

  private static func show(
    _ entry: StreamEntry, _ installation: Installation, _ invocation: Invocation, _ terminal: Terminal
  ) async throws {
    let words = entry.entry.fact.words
    var output: String?
    if invocation.isSet("output"), case .stageFinished(.run, _, let result, _) = entry.entry.fact {
      output = try await installation.deployment.blobs.value(RunResult.self, of: result).outputTail
    }
    if invocation.isSet("json") {
      terminal.print(try Report.line(EntryDocument(entry, output: output)))
      return
    }
    let time = Timestamp.text(microseconds: entry.entry.atMicroseconds)
    terminal.print(
      "\(time)  \(entry.stream)  \(words.split(whereSeparator: \.isNewline).joined(separator: " "))")
    for line in (output ?? "").split(separator: "\n") { terminal.print("    | \(line)") }
  }
}
