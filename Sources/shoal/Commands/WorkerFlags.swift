import CommandTable
import Glibc
import PaperModel
import PipelineRules

/// The flags that say how a process works.
enum WorkerFlags {
  static let flags: [Flag] = [
    .value(
      "parallel", short: "p", .integer(1...1024), as: "N",
      help: "How many contained programs run at a time; as many as there are cores where it is not given"),
    .value(
      "give-up-after", .integer(1...1_000_000), as: "N",
      help: "Give a stage up when so many workers in a row were lost over it", default: "12"),
    .toggle(
      "dangerously-run-without-sandbox",
      help: "Run a model's code WITHOUT containment: it can read your files and use the network"),
  ]

  static func plan(_ invocation: Invocation, stages: Set<Stage> = Set(Stage.allCases)) -> WorkerPlan {
    WorkerPlan(
      stages: stages, parallel: invocation.integer("parallel") ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
      mostLosses: invocation.integer("give-up-after") ?? RetryPolicy.standard.mostLosses,
      isUncontained: invocation.isSet("dangerously-run-without-sandbox"))
  }
}
