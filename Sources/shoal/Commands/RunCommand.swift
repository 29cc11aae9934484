import CommandTable
import Operations
import PaperModel
import Projections
import Synchronization

/// `shoal run`
enum RunCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "run", summary: "turn ideas into reviewed papers in this process",
      discussion: """
        Submits a campaign and works until its papers have ended. Stopped or killed work resumes: run the same command \
        again, or `shoal run` alone to continue everything in the folder. It does not wait for what only a person can \
        move on: a paused campaign, or papers that wait for a raise of their budget. Ends with 0 only if every paper \
        is done and every idea of --ideas-from was taken.
        """,
      flags: CampaignFlags.flags + WorkerFlags.flags,
      examples: [
        .init("shoal run --template grokking --ideas 3", "Makes three papers on a built-in template."),
        .init("shoal run", "Continues the unfinished work of the data folder."),
      ]),
    isWorking: true, run: run)

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let goesOn = invocation.text("template") == nil
    if !goesOn { try await CampaignFlags.check(invocation, runsHere: true, terminal) }
    return try await Installation.use(invocation, for: goesOn ? .looking : .submitting) { installation in
      try await work(invocation, terminal, installation, goesOn: goesOn)
    }
  }

  private static func work(
    _ invocation: Invocation, _ terminal: Terminal, _ installation: Installation, goesOn: Bool
  ) async throws -> Int32 {
    let device = invocation.text("device").flatMap(DeviceKind.init) ?? .cpu
    let isMixed = goesOn || invocation.text("gpus") != nil
    let work: WorkChoice = isMixed && device == .cpu ? .everything : .everything(on: device)
    let plan = try await WorkerFlags.plan(invocation, work, terminal)
    let progress = Progress(terminal, installation, isAside: invocation.isSet("json"))
    // Before anything is enqueued: without a sandbox nothing of it could be done here.
    let worker = try installation.worker(plan, observer: progress)
    let request = goesOn ? nil : try await request(invocation, installation, terminal)
    let wanted =
      if let request { [try await stream(of: request, invocation, installation, terminal)] } else {
        try await installation.board(report: terminal.note).openCampaigns()
      }
    for campaign in wanted { try await installation.deployment.takeUp(campaign) }
    // A person is shown these from here on.
    try await installation.deployment.endSubmissions(of: wanted)
    try await GPUNotice.show(plan, work, installation, terminal)
    if wanted.isEmpty {
      terminal.note(
        installation.settings.cluster == nil
          ? "Nothing in \(installation.settings.data) is unfinished." : "Nothing on the cluster is unfinished.")
    }
    let left = Mutex<[StreamID: String]>([:])
    do {
      try await progress.work(worker) { board, open in
        let open = open.intersection(wanted)
        let still = try await installation.standstills(board, of: open)
        left.withLock { $0 = still }
        return still.count == open.count
      }
      for (_, words) in left.withLock({ $0 }).sorted(by: { $0.key < $1.key }) { terminal.note(words) }
    } catch is CancellationError {
      terminal.note("Stopped. Continue with: shoal run \(installation.flags)")
      return ExitCode.stopped
    }
    let board = try await installation.board(of: wanted.count == 1 ? wanted[0] : nil, report: terminal.note)
    var all: [CampaignLine] = []
    for campaign in wanted { if let line = try await board.campaign(campaign) { all.append(line) } }
    if wanted.isEmpty { all = try await board.campaigns() }
    try PaperTable.show(all, invocation, terminal, installation.settings)
    for campaign in all { try await noteFewerIdeas(campaign, installation, terminal) }
    return all.allSatisfy(\.isDone) && request?.isWhole ?? true ? ExitCode.success : ExitCode.failure
  }

  private static func noteFewerIdeas(
    _ campaign: CampaignLine, _ installation: Installation, _ terminal: Terminal
  ) async throws {
    // A finished campaign has settled on its ideas.
    guard campaign.end == .done, case let count = campaign.paperCount,
      let wanted = try await installation.deployment.definition(of: campaign.stream)?.ideas, count < wanted
    else { return }
    terminal.note("\(campaign.stream.name) has \(count) of \(wanted) ideas: no other study of its template was left.")
  }

  private static func request(
    _ invocation: Invocation, _ installation: Installation, _ terminal: Terminal
  ) async throws -> CampaignRequest {
    try await CampaignFlags.request(
      invocation, installation, terminal, isUncontained: invocation.isSet("dangerously-run-without-sandbox"))
  }

  /// Continues the same campaign if it was stopped, or opens a new one.
  private static func stream(
    of request: CampaignRequest, _ invocation: Invocation, _ installation: Installation, _ terminal: Terminal
  ) async throws -> StreamID {
    let deployment = installation.deployment
    let isNamed = invocation.text("name") != nil
    if !isNamed,
      let same = try await deployment.unfinished(
        like: request.campaign, among: try await installation.board(report: terminal.note).openCampaigns())
    {
      terminal.note("Continuing \(same.name), which was not finished.")
      return same
    }
    let submitter = WorkerID.submitter()
    let submission = try await deployment.submit(request.campaign, isNamed: isNamed, by: submitter)
    let stream = submission.stream
    switch submission.kind {
    case .new:
      var named = request
      named.campaign.name = stream.name
      CampaignFlags.noteBudget(named, terminal)
    case .unfinished: terminal.note("Continuing \(stream.name), which was not finished.")
    case .over: terminal.note("\(stream.name) is finished. For a new campaign, give another name with --name.")
    }
    try await deployment.endSubmission(stream, by: submitter)
    return stream
  }
}
