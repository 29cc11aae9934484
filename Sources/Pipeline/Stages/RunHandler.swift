import ExperimentTemplates
public import PaperModel

/// Executes one run request in the sandbox. It needs no scientist, no key and no network.
public struct RunHandler: StageHandler {
  public let stage = Stage.run
  private let runner: any ProgramRunner

  public init(_ runner: any ProgramRunner) { self.runner = runner }

  public func handle(_ visit: StageVisit, with surroundings: any Surroundings) async throws -> StageDecision {
    let request = try await surroundings.value(RunRequest.self, of: visit.opening.definition)
    let program = request.program(
      takesScale: try await takesScale(request, surroundings), on: visit.opening.device)
    let outcome = try await surroundings.execute("sandbox.run", program, by: runner, prices: request.prices)
    let files = outcome.files.within(request.outputFolder)
    let result = RunResult(
      label: request.label, folder: request.outputFolder, files: files, code: request.code,
      outputTail: Self.tail(outcome.output + outcome.errors), findings: outcome.findings,
      problem: try await problem(outcome, of: program, files, surroundings), limit: outcome.limit)
    return .finished(result: try await surroundings.keep(json: result))
  }

  /// Templates of other tools have no `--scale`.
  private func takesScale(_ request: RunRequest, _ surroundings: any Surroundings) async throws -> Bool {
    guard let script = request.code["experiment.py"] else { return false }
    return String(decoding: try await surroundings.bytes(of: script), as: UTF8.self).contains("--scale")
  }

  private func problem(
    _ outcome: ProgramOutcome, of program: ContainedProgram, _ files: FileTree, _ surroundings: any Surroundings
  ) async throws -> String? {
    if let stopped = outcome.stopped { return stopped }
    if let status = outcome.exitStatus, status != 0 {
      let reason = Self.lastLine(outcome.errors)
      return "experiment.py ended with status \(status): \(reason)"
        + (Self.limit(reason, of: program).map { " (\($0))" } ?? "")
    }
    guard let info = files["final_info.json"] else { return "experiment.py left no final_info.json." }
    let bytes = try await surroundings.bytes(of: info)
    do { _ = try FinalInfo(parsing: bytes) } catch { return error.description }
    return nil
  }

  /// The limit of the sandbox that a Python error was caused by; nil if there is none.
  static func limit(_ reason: String, of program: ContainedProgram) -> String? {
    func says(_ phrases: String...) -> Bool { phrases.contains { reason.contains($0) } }
    if says("MemoryError", "Cannot allocate memory", "Unable to allocate", "[Errno 12]", "RESOURCE_EXHAUSTED") {
      return "the sandbox gives it \(program.memoryLimitMebibytes) MiB of memory"
    }
    if says("[Errno 11]", "Resource temporarily unavailable", "can't start new thread") {
      return "the sandbox limits the number of processes and threads"
    }
    if says("[Errno 24]", "Too many open files") {
      return "the sandbox limits the number of open files"
    }
    if says("[Errno 27]", "File too large", "[Errno 28]", "No space left on device") {
      return "the sandbox gives it \(program.diskLimitMebibytes) MiB of disk"
    }
    return nil
  }

  private static func tail(_ text: String) -> String {
    String(decoding: Array(text.utf8.suffix(16_384)), as: UTF8.self)
  }

  private static func lastLine(_ text: String) -> String {
    text.split(separator: "\n").last.map { String($0.prefix(400)) } ?? "it printed no reason"
  }
}
