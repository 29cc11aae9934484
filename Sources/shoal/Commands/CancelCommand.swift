import CommandTable
import Operations
import PaperModel

/// `shoal cancel`
enum CancelCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "cancel", summary: "cancel a campaign, a paper or a run",
      discussion: """
        Cancels everything that belongs to it too: the papers of a campaign, the runs of a paper. A running program is \
        stopped and charged for what it used. Finished work stays. What is dead is cancelled as well: its dead letter \
        is dropped, and `shoal status` no longer shows a dead campaign without papers. `shoal replay PAPER --from \
        STAGE` continues a cancelled paper.
        """,
      arguments: [.init("CAMPAIGN|PAPER|RUN", help: "its name, as `shoal status` and `shoal show` show it")],
      flags: [
        .value("reason", .text, as: "TEXT", help: "The reason, for the journal", default: "cancelled by a person")
      ],
      examples: [.init("shoal cancel grokking-4f2a.2", "Cancels the second paper; the others continue.")]),
    run: run)

  struct Document: Codable { let cancelled: [String] }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    try await Installation.use(invocation) { installation in
      let stream = try await installation.deployment.find(invocation.argument("CAMPAIGN|PAPER|RUN") ?? "")
      let ended = try await installation.deployment.cancel(
        stream, reason: invocation.text("reason") ?? "cancelled by a person")
      let text =
        ended.isEmpty
        ? "\(stream.name) and everything that belongs to it are done or cancelled already; nothing was changed."
        : ended.map { "\($0.kind.rawValue) \($0.name) is cancelled." }.joined(separator: "\n")
      try terminal.print(text, orJSON: Document(cancelled: ended.map(\.description)), isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }
}
