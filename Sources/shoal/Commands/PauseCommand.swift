import CommandTable
import Operations
import PaperModel

/// `shoal pause` and `shoal resume`
enum PauseCommand {
  static let pause = CommandList.Entry(
    command: Command(
      "pause", summary: "pause a campaign",
      discussion: """
        Workers finish their current work on the campaign and begin no more of it until `shoal resume`. Nothing is \
        lost.
        """,
      arguments: [.init("CAMPAIGN", help: "the campaign's name, as `shoal status` shows it")],
      examples: [.init("shoal pause grokking-4f2a", "Pauses it until it is resumed.")]),
    run: { try await run($0, $1, isPaused: true) })

  static let resume = CommandList.Entry(
    command: Command(
      "resume", summary: "resume a paused campaign",
      discussion: "Workers continue with it within ten seconds.",
      arguments: [.init("CAMPAIGN", help: "the campaign's name, as `shoal status` shows it")],
      examples: [.init("shoal resume grokking-4f2a", "Resumes it.")]),
    run: { try await run($0, $1, isPaused: false) })

  struct Document: Codable {
    let campaign: String
    let paused: Bool
  }

  private static func run(_ invocation: Invocation, _ terminal: Terminal, isPaused: Bool) async throws -> Int32 {
    try await Installation.use(invocation) { installation in
      let campaign = try await installation.deployment.find(invocation.argument("CAMPAIGN") ?? "", among: [.campaign])
      let isChanged = try await installation.deployment.setPaused(isPaused, campaign: campaign)
      let resumed = isChanged ? "\(campaign.name) is resumed." : "\(campaign.name) was not paused."
      let text = isPaused ? "\(campaign.name) is paused. `shoal resume \(campaign.name)` resumes it." : resumed
      try terminal.print(
        text, orJSON: Document(campaign: campaign.name, paused: isPaused), isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }
}
