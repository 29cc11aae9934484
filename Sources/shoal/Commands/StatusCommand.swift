import CommandTable
import Operations
import PaperModel

/// `shoal status`
enum StatusCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "status", summary: "show where every paper stands",
      discussion: """
        One line for each paper: its state and stage, its score once it is reviewed, what it cost with its runs, and \
        where its PDF is. `shoal show PAPER` says more about one.
        """,
      arguments: [.init("CAMPAIGN", count: .optional, help: "only this campaign")],
      examples: [.init("shoal status --json", "The same for programs.")]),
    run: run)

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    try await Installation.use(invocation, for: .reading) { installation in
      let all = try await installation.board()
      var campaigns = all
      if let name = invocation.argument("CAMPAIGN") {
        let wanted = try await installation.deployment.find(name, among: [.campaign])
        campaigns = all.filter { $0.stream == wanted }
      }
      try PaperTable.show(campaigns, invocation, terminal, installation.settings)
      if !invocation.isSet("json") { await notePauses(campaigns, installation, terminal) }
      return ExitCode.success
    }
  }

  private static func notePauses(
    _ campaigns: [CampaignLine], _ installation: Installation, _ terminal: Terminal
  ) async {
    guard let paused = await installation.pausedCampaigns() else {
      terminal.note("The brokers do not answer, so it is not known what is paused. `shoal doctor` says more.")
      return
    }
    for campaign in campaigns where !campaign.isOver && paused.contains(campaign.stream) {
      let name = campaign.stream.name
      terminal.print("\(name) is paused; `shoal resume \(name)` lets it go on.")
    }
  }
}
