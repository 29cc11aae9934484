import CommandTable
import Operations
import PaperModel
import StageWorker

/// `shoal worker`
enum WorkerCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "worker", summary: "work on what is enqueued, until stopped",
      discussion: """
        Several workers may share a data folder: each takes what the others leave. A signal drains it: what is in hand \
        is ended or given back, and any other worker goes on with it.

        Stages are ideate, novelty, design, run, plot, write, review and revise; run is run.cpu and, where there is a \
        GPU, run.gpu. A worker for runs alone keeps nothing of its environment but what it needs for its store and log.
        """,
      flags: WorkerFlags.flags + [
        .value("stages", .text, as: "STAGE,…", help: "The stages to work on; all where it is not given"),
        .toggle("until-idle", help: "End once every campaign has come to its end"),
      ],
      examples: [
        .init("shoal worker --stages run --parallel 4", "Only executes experiments, four at a time."),
        .init("shoal worker --stages run.gpu --gpus all", "Only executes experiments on GPUs, one on each."),
      ]),
    run: run)

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let work = try work(invocation)
    return try await Installation.use(invocation, creating: true) { installation in
      let progress = Progress(terminal, deployment: installation.deployment, settings: installation.settings)
      let plan = try await WorkerFlags.plan(invocation, work, terminal)
      try await GPUNotice.show(plan, work, installation, terminal)
      let worker = try installation.worker(plan, observer: progress)
      if invocation.isSet("until-idle") {
        try await progress.work(worker) { $0.allSatisfy { $0.isOver } }
      } else {
        try await worker.run()
      }
      return ExitCode.success
    }
  }

  static func work(_ invocation: Invocation) throws -> WorkChoice {
    guard let text = invocation.text("stages") else { return .everything }
    return try WorkChoice(text, complain: invocation.failure)
  }
}
