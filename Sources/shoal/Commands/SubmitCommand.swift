import CommandTable
import Operations
import PaperModel

/// `shoal submit`
enum SubmitCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "submit", summary: "enqueue a batch of ideas",
      discussion: """
        Workers take it up: `shoal worker` on the same data folder, now or later. The same command again, after a \
        crash or with a name that is taken by the same campaign, makes no second one.

        A batch file is YAML with the flags as keys: template, ideas, name, scale, time-limit, budget, when-exhausted, \
        device, scientist and priority. Flags that are given take the place of the file's.
        """,
      arguments: [.init("FILE", .path, count: .optional, help: "a batch file")],
      flags: CampaignFlags.flags,
      examples: [
        .init("shoal submit --template grokking --ideas 10 --budget 5", "Enqueues ten papers."),
        .init("shoal submit batch.yaml", "Enqueues what the file describes."),
      ]),
    run: run)

  private struct Submitted: Codable { let campaign: String }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let file = try invocation.argument("FILE").map(BatchFile.read) ?? CampaignOptions()
    try CampaignFlags.check(invocation, file: file)
    return try await Installation.use(invocation, for: .submitting) { installation in
      var campaign = try await CampaignFlags.definition(invocation, file: file, installation)
      if !invocation.isSet("name"), file.name == nil,
        let same = try await installation.deployment.cutOff(like: campaign)
      {
        campaign.name = same.name
      }
      let submission = try await installation.deployment.submit(campaign)
      if campaign.device == .gpu {
        terminal.note("Its experiments wait for workers with a GPU: `shoal worker --stages run.gpu`.")
      }
      try terminal.print(
        text(submission), orJSON: Submitted(campaign: submission.stream.name), isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }

  private static func text(_ submission: Submission) -> String {
    let name = submission.stream.name
    return switch submission.kind {
    case .new: "\(name) is enqueued. `shoal worker` works on it."
    case .unfinished: "\(name) was submitted before and is enqueued. `shoal worker` works on it."
    case .over: "\(name) was submitted before and is finished. For a new campaign, give another name with --name."
    }
  }
}
