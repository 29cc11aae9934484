import CommandTable
import Operations
import PaperModel
import Projections

/// `shoal show`
enum ShowCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "show", summary: "show a paper, a run or a campaign in detail",
      discussion: """
        A paper: its idea, when each stage was worked on, its runs with their results, its review with the reasons for \
        the scores, its errors, and its cost by stage. A run: its results and the end of its output. A campaign: its \
        definition and its papers.
        """,
      arguments: [.init("PAPER|RUN|CAMPAIGN", help: "its name, as `shoal status` shows it")],
      examples: [
        .init("shoal show grokking-4f2a.1", "Shows the first paper."),
        .init("shoal show grokking-4f2a.1.v1r2", "Shows the third run that the paper asked for at its first visit."),
      ]),
    run: run)

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    try await Installation.use(invocation, for: .reading) { installation in
      let deployment = installation.deployment
      let isJSON = invocation.isSet("json")
      let stream = try await find(invocation.argument("PAPER|RUN|CAMPAIGN") ?? "", deployment)
      switch stream.kind {
      case .paper:
        let detail = try await deployment.paperDetail(stream)
        let pdf = PaperFiles.pdf(of: stream, installation.settings)
        try terminal.print(PaperText.text(detail, pdf: pdf), orJSON: detail, isJSON: isJSON)
      case .run:
        let report = try await deployment.runReport(stream)
        try terminal.print(RunText.text(report), orJSON: report, isJSON: isJSON)
      case .campaign: try await showCampaign(stream, installation, invocation, terminal)
      }
      return ExitCode.success
    }
  }

  /// Papers first: users ask for papers most often.
  private static func find(_ name: String, _ deployment: Deployment) async throws -> StreamID {
    try await deployment.find(name, among: [.paper, .run, .campaign])
  }

  private static func showCampaign(
    _ stream: StreamID, _ installation: Installation, _ invocation: Invocation, _ terminal: Terminal
  ) async throws {
    let board = try await installation.board(of: stream, report: terminal.note)
    guard let line = try await board.campaign(stream) else { throw Deployment.noCampaign(stream) }
    let report = try await installation.deployment.campaignReport(line)
    if invocation.isSet("json") {
      terminal.print(try Report.json(report))
      return
    }
    terminal.print(CampaignText.text(report))
    try PaperTable.show([line], invocation, terminal, installation.settings)
  }
}
