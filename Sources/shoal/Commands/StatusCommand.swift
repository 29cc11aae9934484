import CommandTable
import Operations
import PaperModel
import Projections

/// `shoal status`
enum StatusCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "status", summary: "show the state of every paper",
      discussion: """
        One line for each paper: its state and stage, its score once it is reviewed, its money including its runs, and \
        the path of its PDF. COST is settled. HELD is reserved, for open steps and for runs that have not ended, or \
        uncertain because a worker was lost. TIME is from the first entry of the paper's journal to the last, waiting \
        included. `shoal show PAPER` shows one in detail.
        """,
      arguments: [.init("CAMPAIGN", count: .optional, help: "only this campaign")],
      flags: [
        .value("papers", .text, as: "FROM-TO", help: "Only papers with these numbers, of one campaign, e.g. 101-200")
      ],
      examples: [.init("shoal status --json", "Prints the same as JSON.")]),
    run: run)

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    try await Installation.use(invocation, for: .reading) { installation in
      var wanted: StreamID?
      if let name = invocation.argument("CAMPAIGN") {
        wanted = try await installation.deployment.find(name, among: [.campaign])
      }
      let numbers = try numbers(invocation)
      let board = try await installation.board(of: wanted, report: terminal.note)
      let campaigns =
        if let wanted { try await board.campaign(wanted, papers: numbers).map { [$0] } ?? [] } else {
          try await board.campaigns()
        }
      let paused = await installation.pausedCampaigns()
      // Baselines that were run by themselves are done and have nothing more to show, nor has what was cancelled.
      let isShown = { (campaign: CampaignLine) in
        wanted != nil || invocation.isSet("json") || !campaign.papers.isEmpty
          || campaign.end != .done && campaign.end != .cancelled
      }
      try PaperTable.show(
        campaigns.filter(isShown), paused: paused, invocation, terminal, installation.settings)
      noteHidden(campaigns.filter { !isShown($0) }, terminal)
      if !invocation.isSet("json") { notePauses(campaigns, paused, terminal) }
      return ExitCode.success
    }
  }

  private static func noteHidden(_ campaigns: [CampaignLine], _ terminal: Terminal) {
    guard !campaigns.isEmpty else { return }
    let cost = campaigns.reduce(Money.zero) { $0 + $1.amounts.settled }
    let what = campaigns.count == 1 ? "1 campaign without papers is" : "\(campaigns.count) campaigns without papers are"
    terminal.print("\(what) done, baselines for example, or cancelled; cost \(cost).")
  }

  /// The papers that are wanted; nil for all.
  private static func numbers(_ invocation: Invocation) throws -> ClosedRange<Int>? {
    guard let text = invocation.text("papers") else { return nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let first = parts[0], let last = parts[1], 1 <= first, first <= last,
      last - first < mostPapers
    else {
      throw invocation.failure("--papers: “\(text)” is no range of at most \(mostPapers) papers such as 101-200")
    }
    guard invocation.argument("CAMPAIGN") != nil else { throw invocation.failure("--papers needs a campaign") }
    return first...last
  }

  private static let mostPapers = 10_000

  private static func notePauses(_ campaigns: [CampaignLine], _ paused: Set<StreamID>?, _ terminal: Terminal) {
    guard let paused else {
      terminal.note("The brokers do not answer: paused campaigns are not known. `shoal doctor` says more.")
      return
    }
    for campaign in campaigns where !campaign.isOver && paused.contains(campaign.stream) {
      let name = campaign.stream.name
      terminal.print("\(name) is paused; `shoal resume \(name)` resumes it.")
    }
  }
}
