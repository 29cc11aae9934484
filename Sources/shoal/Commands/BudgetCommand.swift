import CommandTable
import Operations
import PaperModel
import PipelineRules

/// `shoal budget`
enum BudgetCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "budget", summary: "change the budget of a campaign or the cap of a paper",
      discussion: """
        The caps of a campaign's papers together never exceed its budget. When a campaign's budget is raised, the \
        campaign keeps the new money until it is given to papers: one by one, or with --share evenly to all that are \
        not done. Papers that wait for a raise continue at once; dead ones need `shoal dead replay`.
        """,
      arguments: [.init("CAMPAIGN|PAPER", help: "its name, as `shoal status` shows it")],
      flags: [
        .value(
          "to", .money(mostDollars: Money.limitDollars), as: "DOLLARS", help: "The most that it may cost from now on",
          isRequired: true),
        .toggle("share", help: "Share the rest of the budget among the papers that are not done"),
        .toggle("raise-campaign", help: "Raise the budget of a paper's campaign too, where that does not suffice"),
      ],
      examples: [
        .init("shoal budget grokking-4f2a --to 30 --share", "Raises the campaign, and with it its unfinished papers."),
        .init("shoal budget grokking-4f2a.2 --to 7.50", "Raises one paper within its campaign's budget."),
        .init("shoal budget grokking-4f2a.2 --to 7.50 --raise-campaign", "Raises the campaign, too, if it must be."),
      ]),
    run: run)

  struct Document: Codable {
    struct Cap: Codable {
      let name: String
      let capNanodollars: Int64
    }
    let caps: [Cap]
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    try await Installation.use(invocation) { installation in
      let deployment = installation.deployment
      let stream = try await deployment.find(invocation.argument("CAMPAIGN|PAPER") ?? "", among: [.campaign, .paper])
      if invocation.isSet("share"), stream.kind != .campaign {
        throw invocation.failure("--share is for a campaign; \(stream.name) is a paper")
      }
      if invocation.isSet("raise-campaign"), stream.kind != .paper {
        throw invocation.failure("--raise-campaign is for a paper; \(stream.name) is a campaign")
      }
      let cap = Money(nanodollars: invocation.nanoDollars("to") ?? 0)
      var caps = try await deployment.setCap(
        cap, of: stream, raisingCampaign: invocation.isSet("raise-campaign"))
      if invocation.isSet("share") { caps += try await deployment.shareOut(stream) }
      let document = Document(caps: caps.map { .init(name: $0.stream.name, capNanodollars: $0.cap.nanodollars) })
      let text = caps.map { "\($0.stream.name) may cost \($0.cap) now." }.joined(separator: "\n")
      try terminal.print(text, orJSON: document, isJSON: invocation.isSet("json"))
      for paper in caps.map(\.stream) where paper.kind == .paper {
        if case .dead? = try await deployment.state(of: paper).end {
          terminal.note("\(paper.name) is still dead: `shoal dead replay \(paper.name)` continues it.")
        }
      }
      return ExitCode.success
    }
  }
}
