import CommandTable
import Operations

/// `shoal status`
enum StatusCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "status", summary: "show where every paper stands",
      arguments: [.init("CAMPAIGN", count: .optional, help: "only this campaign")],
      examples: [.init("shoal status --json", "The same for programs.")]),
    run: run)

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let installation = try await Installation.open(invocation, creating: false)
    let overview = Overview(installation.deployment)
    let campaigns =
      if let name = invocation.argument("CAMPAIGN") {
        [try await overview.campaign(try await installation.deployment.find(name, among: [.campaign]))]
      } else { try await overview.campaigns() }
    try PaperTable.show(campaigns, invocation, terminal, installation.settings)
    await installation.close()
    return ExitCode.success
  }
}
