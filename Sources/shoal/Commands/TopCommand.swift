import CommandTable
import Operations
import PaperModel

/// `shoal top`
enum TopCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "top", summary: "watch campaigns, workers and costs as they change",
      discussion: """
        A table that is drawn anew as things change: each campaign's papers by stage, its runs that are going on and \
        what it cost; each worker with what it has in hand; papers an hour and cost a minute of the last ten minutes. \
        With --json, or where nobody looks on, one line or table for each look. Ctrl-C ends it.
        """,
      flags: [
        .toggle("once", help: "Look once and end"),
        .value(
          "every", .duration(.milliseconds(200)...(.seconds(3600))), as: "TIME", help: "How often to look",
          default: "1s"),
        .toggle("all", help: "Also campaigns that are over"),
      ],
      examples: [
        .init("shoal top", "What goes on, until stopped."),
        .init("shoal top --json --every 10s", "One JSON object every ten seconds, for programs."),
      ]),
    run: { try await run($0, $1, clock: MachineClock()) })

  static func run(_ invocation: Invocation, _ terminal: Terminal, clock: any WallClock) async throws -> Int32 {
    try await Installation.use(invocation, for: .reading) { installation in
      let activity = Activity(installation.deployment, clock: clock)
      let every = invocation.duration("every") ?? .seconds(1)
      let isOnce = invocation.isSet("once")
      defer { terminal.setFooter("") }
      while true {
        let begun = clock.nowMicroseconds
        let report = try await activity.look(paused: await installation.pausedCampaigns() ?? [])
        let isAll = invocation.isSet("all") || report.campaigns.allSatisfy(\.isOver)
        if invocation.isSet("json") {
          terminal.print(try Report.line(TopDocument(report, isAll: isAll)))
        } else if terminal.isInteractive, !isOnce {
          terminal.setFooter(
            Terminal.clipped(TopText.text(report, isAll: isAll), width: terminal.width, height: terminal.height - 1))
        } else {
          terminal.print(TopText.text(report, isAll: isAll))
        }
        if isOnce { return ExitCode.success }
        let (seconds, attoseconds) = every.components
        try await clock.wait(untilMicroseconds: begun + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
      }
    }
  }
}
