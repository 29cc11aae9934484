import CommandTable
import Operations

/// `shoal submit`
enum SubmitCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "submit", summary: "enqueue a batch of ideas",
      discussion: "Workers take it up: `shoal worker` on the same data folder, now or later.",
      flags: CampaignFlags.flags,
      examples: [.init("shoal submit --template grokking --ideas 10 --budget 5", "Enqueues ten papers.")]),
    run: run)

  private struct Submitted: Codable { let campaign: String }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let installation = try await Installation.open(invocation, creating: true)
    let campaign = try await CampaignFlags.definition(invocation, installation.blobs)
    let stream = try await installation.deployment.submit(campaign)
    terminal.print(
      invocation.isSet("json")
        ? try Report.json(Submitted(campaign: stream.name)) : "\(stream.name) is enqueued. `shoal worker` works on it.")
    await installation.close()
    return ExitCode.success
  }
}
