import CommandTable
import Journal
import Operations
import PaperModel
import Projections

/// `shoal submit`
enum SubmitCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "submit", summary: "enqueue a batch of ideas",
      discussion: """
        Workers take it: `shoal worker` on the same data folder, now or later. The same command again, after a crash \
        or with the name of the same campaign, creates no second one. After \
        it has answered, the same command without a name creates another campaign.

        A batch file is YAML with the flags as keys: template, ideas, ideas-from, name, scale, time-limit, budget, \
        when-exhausted, device, scientist and priority. Flags override the file. If ideas is a list, each item is an \
        idea with Name, Title and Experiment.

        Your own ideas that can't be taken are named with their number, their line and the reason, and the others are \
        enqueued; the exit status is then 1.
        """,
      arguments: [.init("FILE", .path, count: .optional, help: "a batch file")],
      flags: CampaignFlags.flags,
      examples: [
        .init("shoal submit --template grokking --ideas 10 --budget 5", "Enqueues ten papers."),
        .init("shoal submit batch.yaml", "Enqueues the campaign of the file."),
        .init("shoal submit --template grokking --ideas-from ideas.json", "Enqueues your own ideas."),
      ]),
    run: run)

  private struct Submitted: Codable {
    let campaign: String
    /// The number of the user's own ideas that are taken; nil if none were given.
    var ideas: Int?
    /// The ideas that are not taken.
    var refused: [RefusedIdea]?
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let file = try invocation.argument("FILE").map(BatchFile.read) ?? CampaignOptions()
    let checked = try await CampaignFlags.check(invocation, file: file, runsHere: false, terminal)
    return try await Installation.use(invocation, for: .submitting) { installation in
      var request = try await CampaignFlags.request(invocation, file: file, installation, terminal)
      let deployment = installation.deployment
      let submitter = WorkerID.submitter()
      let submission = try await deployment.submit(
        request.campaign, isNamed: invocation.isSet("name") || file.name != nil, by: submitter)
      request.campaign.name = submission.stream.name
      if let checked { CheckedTemplates(installation.settings).add(checked) }
      CampaignFlags.noteBudget(request, terminal)
      if request.campaign.device == .gpu {
        terminal.note("Its experiments wait for workers with a GPU: `shoal worker --stages run.gpu`.")
      }
      let share = request.own.map { " with \($0.taken) of \($0.given) ideas" } ?? ""
      try terminal.print(
        text(submission, share),
        orJSON: Submitted(
          campaign: submission.stream.name, ideas: request.own?.taken, refused: request.own?.refused),
        isJSON: invocation.isSet("json"))
      try await deployment.endSubmission(submission.stream, by: submitter)
      return request.isWhole ? ExitCode.success : ExitCode.failure
    }
  }

  private static func text(_ submission: Submission, _ share: String) -> String {
    let name = submission.stream.name
    return switch submission.kind {
    case .new: "\(name) is enqueued\(share). `shoal worker` works on it."
    case .unfinished: "\(name) was submitted before and is enqueued\(share). `shoal worker` works on it."
    case .over: "\(name) was submitted before and is finished. For a new campaign, give another name with --name."
    }
  }
}
