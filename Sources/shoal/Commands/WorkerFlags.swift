import CommandTable
import Glibc
import PaperModel
import PipelineRules
import Sandbox

/// The flags that choose what a process works on.
enum WorkerFlags {
  static let flags: [Flag] = [
    .value(
      "parallel", short: "p", .integer(1...1024), as: "N",
      help: "How many contained programs run at a time; by default as many as there are cores"),
    .value(
      "slots", .integer(1...4096), as: "N",
      help: "How many items of stages that mostly wait are worked on at a time; by default at least 4"),
    .value(
      "gpus", .text, as: "all|N|LIST|none",
      help: "The GPUs for experiments: all, a number of free ones, or by number (0,2; a single one: 2,)"),
    .value(
      "give-up-after", .integer(1...1_000_000), as: "N",
      help: "Give a stage up after this many workers were lost soon after claiming it", default: "12"),
    .toggle(
      "dangerously-run-without-sandbox",
      help: "Run a model's code WITHOUT containment: it can read your files and use the network"),
  ]

  /// Evaluates the flags, and takes the GPUs for this process.
  /// - Throws: `UsageError`; `SandboxError.gpu` if the requested GPUs can't be had.
  static func plan(
    _ invocation: Invocation, _ work: WorkChoice = .everything, _ terminal: Terminal
  ) async throws -> WorkerPlan {
    WorkerPlan(
      work: work, parallel: parallel(invocation, terminal),
      slots: invocation.integer("slots"), gpus: try await gpus(invocation, work, terminal),
      mostLosses: invocation.integer("give-up-after") ?? RetryPolicy.standard.mostLosses,
      isUncontained: invocation.isSet("dangerously-run-without-sandbox"))
  }

  /// As root each program runs as a user of its own, of which there are so many.
  private static func parallel(_ invocation: Invocation, _ terminal: Terminal) -> Int {
    let wanted = invocation.integer("parallel") ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let users = Sandbox.Configuration().users.count
    guard geteuid() == 0, wanted > users else { return wanted }
    terminal.note(
      "\(users) contained programs run at a time, not \(wanted): as root this machine has that many users for them. "
        + "More machines, or workers of a normal user, run more.")
    return users
  }

  private static func gpus(
    _ invocation: Invocation, _ work: WorkChoice, _ terminal: Terminal
  ) async throws -> GPUPool? {
    let choice = try choice(invocation, work)
    guard work.runs.contains(.gpu), choice != .nothing else { return nil }
    let driver = GPUDriver.ofThisMachine
    let pool: GPUPool?
    do { pool = try await GPUPool.claim(choice, driver: driver) } catch {
      if choice != .automatic || work.insistsOnGPU { throw error }
      terminal.note("\(error) Experiments on a GPU are left to other workers.")
      return nil
    }
    // A worker must not wait for ever for a missing device: claiming all GPUs throws the reason why there is none.
    if pool == nil, work.insistsOnGPU { return try await GPUPool.claim(.all, driver: driver) }
    return pool
  }

  private static func choice(_ invocation: Invocation, _ work: WorkChoice) throws -> GPUChoice {
    guard let text = invocation.text("gpus") else { return .automatic }
    guard let choice = GPUChoice(text) else {
      throw invocation.failure("--gpus: “\(text)” is not all, none, a number of GPUs, or their numbers like 0,2 or 2,")
    }
    if choice != .nothing, !work.runs.contains(.gpu) {
      throw invocation.failure("--gpus is for experiments on GPUs, which are not part of this work")
    }
    if choice == .nothing, work.insistsOnGPU, work.runs == [.gpu], work.isOnlyRuns {
      throw invocation.failure("--stages run.gpu needs a GPU, and --gpus none leaves nothing to do")
    }
    return choice
  }
}

extension GPUDriver {
  /// The driver in the usual folders of this machine, or below `SHOAL_NVIDIA_ROOT`.
  static var ofThisMachine: GPUDriver {
    GPUDriver(root: Settings.environment("SHOAL_NVIDIA_ROOT").map(Settings.absolute) ?? "/")
  }
}
