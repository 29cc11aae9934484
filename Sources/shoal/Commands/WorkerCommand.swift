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
        """,
      flags: WorkerFlags.flags + [
        .value("stages", .text, as: "STAGE,…", help: "The stages to work on; all where it is not given"),
        .toggle("until-idle", help: "End once every campaign has come to its end"),
      ],
      examples: [.init("shoal worker --stages run --parallel 4", "Only executes experiments, four at a time.")]),
    run: run)

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let stages = try stages(invocation)
    return try await Installation.use(invocation, for: .working) { installation in
      let progress = Progress(terminal, installation)
      let worker = try installation.worker(WorkerFlags.plan(invocation, stages: stages), observer: progress)
      if invocation.isSet("until-idle") {
        try await progress.work(worker) { $0.allSatisfy { $0.isOver } }
      } else {
        try await worker.run()
      }
      return ExitCode.success
    }
  }

  private static func stages(_ invocation: Invocation) throws -> Set<Stage> {
    guard let text = invocation.text("stages") else { return Set(Stage.allCases) }
    var stages: Set<Stage> = []
    for word in text.split(separator: ",") {
      stages.insert(try StageWord.stage(String(word), "stages", invocation))
    }
    guard !stages.isEmpty else { throw invocation.failure("--stages names no stage") }
    return stages
  }
}
