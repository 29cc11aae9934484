import CommandTable
import Operations
import PaperModel

/// `shoal cancel`
enum CancelCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "cancel", summary: "end a campaign, a paper or a run for good",
      discussion: """
        What belongs to it is ended with it: the papers of a campaign, the runs of a paper. A program that is running \
        is called off before its result is used, and what it used is charged. What is done stays done. \
        `shoal replay PAPER --from STAGE` takes a cancelled paper up again.
        """,
      arguments: [.init("CAMPAIGN|PAPER|RUN", help: "its name, as `shoal status` and `shoal show` show it")],
      flags: [
        .value("reason", .text, as: "TEXT", help: "Why, for the journal", default: "cancelled by a person")
      ],
      examples: [.init("shoal cancel grokking-4f2a.2", "Ends the second paper; the others go on.")]),
    run: run)

  struct Document: Codable { let cancelled: [String] }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    try await Installation.use(invocation) { installation in
      let stream = try await installation.deployment.find(invocation.argument("CAMPAIGN|PAPER|RUN") ?? "")
      let ended = try await installation.deployment.cancel(
        stream, reason: invocation.text("reason") ?? "cancelled by a person")
      let text =
        ended.isEmpty
        ? "\(stream.name) and all that belongs to it had come to their ends already; nothing was changed."
        : ended.map { "\($0.kind.rawValue) \($0.name) is cancelled." }.joined(separator: "\n")
      try terminal.print(text, orJSON: Document(cancelled: ended.map(\.description)), isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }
}
