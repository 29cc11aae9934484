import CommandTable
import HTTPServer
import Log
import Operations
import PaperModel
import Projections
import StageWorker
import Synchronization
import Telemetry

/// `shoal worker`
enum WorkerCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "worker", summary: "work on enqueued items until stopped",
      discussion: """
        Several workers may share a data folder, and any number of machines a cluster. A signal drains a worker: it \
        finishes its work or gives it back for another worker; a second signal stops it at once. On a terminal it \
        shows its progress. Otherwise a cluster's worker logs to standard error, one JSON object a line.

        With --until-idle it ends once every campaign has ended. What only a person can move on is named and not \
        waited for: paused campaigns, those whose papers wait for a raise of their budget, and those whose submission \
        was cut off before they were enqueued. The exit status is then 1.

        Stages are ideate, novelty, design, run, plot, write, review and revise; run means run.cpu and, if there is a \
        GPU, run.gpu. A worker for runs alone keeps only the environment variables that its store and its log need.
        """,
      flags: WorkerFlags.flags + [
        .value("stages", .text, as: "STAGE,…", help: "The stages to work on; all if not given"),
        .value(
          "drain", .duration(.seconds(0)...(.seconds(86_400))), as: "TIME",
          help: "How long current work may continue after a signal before it is given back", default: "20s"),
        .value("name", .text, as: "NAME", help: "The worker's name; by default the machine's name"),
        .value(
          "metrics", .text, as: "ADDRESS:PORT",
          help: "Serve /metrics for Prometheus, /healthz and /readyz, e.g. on 127.0.0.1:9464"),
        .toggle("until-idle", help: "End once every campaign has ended"),
      ],
      examples: [
        .init("shoal worker --stages run --parallel 4", "Only executes experiments, four at a time."),
        .init("shoal worker --brokers kafka:9092 --store /mnt/shoal --drain 2m", "Works on a cluster."),
        .init("shoal worker --stages run.gpu --gpus all", "Only executes experiments on GPUs, one on each."),
      ]),
    isWorking: true, run: run)

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let work = try work(invocation)
    let name = try name(invocation)
    return try await Installation.use(invocation, for: .working) { installation in
      let progress = Progress(terminal, installation)
      let plan = try await WorkerFlags.plan(invocation, work, terminal).named(name)
        .draining(for: invocation.duration("drain") ?? .seconds(20))
      Drain.limit(to: plan.configuration.drainLimit)
      try await GPUNotice.show(plan, work, installation, terminal)
      let log = logs(installation, terminal) ? WorkerLog(plan.configuration.worker, terminal, MachineClock()) : nil
      if log != nil { Drain.isLogged() }
      let telemetry = plan.telemetry(passingOnTo: log ?? progress)
      let worker = try installation.telling(telemetry).worker(plan, observer: telemetry)
      let submissions = CutOffSubmissions(installation.deployment)
      let left = Mutex<[StreamID: String]>([:])
      try await serving(telemetry, invocation, terminal, log) {
        telemetry.note(.tookPart)
        try await withTaskCancellationHandler {
          guard invocation.isSet("until-idle") else { return try await worker.run() }
          try await progress.work(worker) { board, open in
            let still = try await installation.standstills(board, of: open)
            guard let cutOff = try await submissions.onlyThese(among: open.subtracting(still.keys)) else {
              return false
            }
            left.withLock { left in
              left = still
              for campaign in cutOff { left[campaign] = words(cutOff: campaign) }
            }
            return true
          }
          for (campaign, words) in left.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            if let log { log.observe(.troubled(campaign, words)) } else { terminal.note(words) }
          }
        } onCancel: {
          telemetry.note(.draining)
          log?.say("worker drains")
        }
      }
      return left.withLock(\.isEmpty) ? ExitCode.success : ExitCode.failure
    }
  }

  private static func words(cutOff campaign: StreamID) -> String {
    "\(campaign.name) is not enqueued, because its submission was cut off. The same `shoal submit` goes on with it, or "
      + "`shoal recover`; `shoal cancel \(campaign.name)` drops it."
  }

  /// Works, and meanwhile serves metrics and health.
  private static func serving(
    _ telemetry: WorkerTelemetry, _ invocation: Invocation, _ terminal: Terminal, _ log: WorkerLog?,
    _ work: () async throws -> Void
  ) async throws {
    let server: MetricsServer?
    do { server = try invocation.text("metrics").map { address in try MetricsServer(address, telemetry) } } catch {
      if case HTTPServerError.notAnAddress(let text) = error {
        throw invocation.failure("--metrics: \"\(text)\" is not ADDRESS:PORT such as 127.0.0.1:9464, nor unix:PATH")
      }
      throw OperationError("--metrics: \(error)")
    }
    if let server, log == nil { terminal.note("Metrics are at http://\(server.address)/metrics.") }
    log?.say("worker begins", server.map { [.metrics: .string("\($0.address)")] } ?? [:])
    do { try await work() } catch {
      await server?.stop()
      throw error
    }
    await server?.stop()
    log?.say("worker ends")
  }

  /// Whether to write structured log lines instead of progress.
  private static func logs(_ installation: Installation, _ terminal: Terminal) -> Bool {
    installation.settings.cluster != nil && !terminal.isInteractive
  }

  private static func name(_ invocation: Invocation) throws -> String? {
    guard let name = invocation.text("name") else { return nil }
    let isPlain = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || byte == 0x2d || byte == 0x2e
    }
    guard isPlain, name.utf8.count <= 60 else {
      throw invocation.failure(
        "--name: “\(name)” can't name a worker; use at most 60 letters, digits, dots and hyphens")
    }
    return name
  }

  static func work(_ invocation: Invocation) throws -> WorkChoice {
    guard let text = invocation.text("stages") else { return .everything }
    return try WorkChoice(text, complain: invocation.failure)
  }
}
