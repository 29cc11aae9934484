import CommandTable
import Operations
import PaperModel
import Projections

/// `shoal top`
enum TopCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "top", summary: "watch campaigns, workers and costs as they change",
      discussion: """
        A table that is redrawn as things change: each campaign's papers by stage, its running runs, its cost and held \
        money; each worker with its current work; papers per hour and cost per minute over the last ten minutes. On a \
        cluster also the unfinished messages of each stage: waiting, or held by workers; work that was enqueued again \
        counts each time. With --json, or without a \
        terminal, prints one line or table per refresh. Ctrl-C ends it.
        """,
      flags: [
        .toggle("once", help: "Print once and end"),
        .value(
          "every", .duration(.milliseconds(200)...(.seconds(3600))), as: "TIME", help: "How often to refresh",
          default: "1s"),
        .toggle("all", help: "Also finished campaigns"),
      ],
      examples: [
        .init("shoal top", "Shows all activity until stopped."),
        .init("shoal top --json --every 10s", "One JSON object every ten seconds, for programs."),
      ]),
    run: { try await run($0, $1, clock: MachineClock()) })

  static func run(_ invocation: Invocation, _ terminal: Terminal, clock: any WallClock) async throws -> Int32 {
    try await Installation.use(invocation, for: .reading) { installation in
      guard !invocation.isSet("once") else {
        let board = try await installation.board(clock: clock, report: terminal.note)
        let report = try await look(board, installation, invocation)
        try show(report, invocation, terminal)
        return ExitCode.success
      }
      if !invocation.isSet("json") { terminal.enterOtherScreen() }
      defer {
        terminal.setFooter("")
        terminal.leaveOtherScreen()
      }
      let (seconds, attoseconds) = (invocation.duration("every") ?? .seconds(1)).components
      return try await installation.followingEvents(terminal.note) { source in
        let board = try await installation.board(source: source, clock: clock, report: terminal.note)
        while true {
          let begun = clock.nowMicroseconds
          try show(try await look(board, installation, invocation), invocation, terminal)
          if terminal.lostOutput != nil { return ExitCode.success }
          try await clock.wait(untilMicroseconds: begun + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        }
      }
    }
  }

  private static func look(
    _ board: Board, _ installation: Installation, _ invocation: Invocation
  ) async throws -> ActivityReport {
    let isAll = invocation.isSet("all")
    guard let paused = await installation.pausedCampaigns() else {
      return try await board.activity(paused: [], isAll: isAll)
    }
    return try await board.activity(
      paused: paused, unfinished: await installation.unfinishedMessages(), isAll: isAll)
  }

  private static func show(_ report: ActivityReport, _ invocation: Invocation, _ terminal: Terminal) throws {
    if invocation.isSet("json") {
      terminal.print(try Report.line(TopDocument(report)))
    } else if terminal.isInteractive, !invocation.isSet("once") {
      terminal.setFooter(
        Terminal.clipped(
          TopText.text(report, width: terminal.width), width: terminal.width,
          height: terminal.height - 1))
    } else {
      terminal.print(TopText.text(report, width: terminal.isInteractive ? terminal.width : nil))
    }
  }
}
