import CommandTable
import Operations
import PaperModel
import PipelineRules
import Projections

/// `shoal template baseline`
enum BaselineCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "baseline", summary: "run a template unchanged, and keep its results",
      discussion: """
        Every paper on the template is compared with its baseline. It is made once for the template's content, the \
        scale and the kind of device, and kept in the data folder; campaigns make it themselves if it is missing.
        """,
      arguments: [TemplateCommand.argument],
      flags: CampaignFlags.flags.filter { ["scale", "time-limit", "budget", "device"].contains($0.name) }
        + WorkerFlags.flags,
      examples: [.init("shoal template baseline grokking", "Runs it at small scale and prints its metrics.")]),
    isWorking: true, run: run)

  struct Document: Codable {
    let template: String
    let scale: String
    let metrics: [RunDetail.Metric]
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let choice = invocation.argument("NAME|DIR") ?? ""
    try await TemplateGate(
      settings: try Settings(invocation), runsHere: true,
      isUncontained: invocation.isSet("dangerously-run-without-sandbox")
    ).check(choice, terminal)
    return try await Installation.use(invocation, for: .submitting) { installation in
      let progress = Progress(terminal, installation, isAside: invocation.isSet("json"))
      let device = invocation.text("device").flatMap(DeviceKind.init) ?? .cpu
      let plan = try await WorkerFlags.plan(invocation, .everything(on: device), terminal)
      let worker = try installation.worker(plan, observer: progress)
      var wish = CampaignOptions()
      wish.template = choice
      wish.ideas = 0
      wish.take(invocation, from: ["scale", "time-limit", "budget", "device"])
      let bundle = try await TemplateChoice.bundle(choice, installation.deployment.blobs)
      let definition = wish.definition(bundle, prefix: "baseline-", prices: installation.settings.prices)
      let campaign: StreamID
      let open = try await installation.board(report: terminal.note).openCampaigns()
      if let same = try await installation.deployment.unfinished(like: definition, among: open) {
        campaign = same
        try await installation.deployment.takeUp(same)
      } else {
        let submitter = WorkerID.submitter()
        campaign = try await installation.deployment.submit(definition, isNamed: false, by: submitter).stream
        try await installation.deployment.endSubmission(campaign, by: submitter)
      }
      do {
        try await progress.work(worker) { _, open in !open.contains(campaign) }
      } catch is CancellationError {
        terminal.note("Stopped. The same command continues.")
        throw CancellationError()
      }
      return try await report(campaign, definition, installation, invocation, terminal)
    }
  }

  private static func report(
    _ campaign: StreamID, _ definition: CampaignDefinition, _ installation: Installation, _ invocation: Invocation,
    _ terminal: Terminal
  ) async throws -> Int32 {
    let state = try await installation.deployment.state(of: campaign)
    guard let reference = state.result else {
      throw OperationError(
        state.end?.reason.map { "There is no baseline: \($0)" }
          ?? "There is no baseline: \(campaign.name) did not come to its end. Run this again.")
    }
    let batch = try await installation.deployment.blobs.value(IdeaBatch.self, of: reference)
    let metrics = try await installation.deployment.metrics(
      of: batch.baseline, units: try await installation.deployment.units(of: campaign))
    let text = metrics.map(RunText.words).joined(separator: "\n")
    try terminal.print(
      text,
      orJSON: Document(template: definition.template.name, scale: definition.scale.rawValue, metrics: metrics),
      isJSON: invocation.isSet("json"))
    return ExitCode.success
  }
}
