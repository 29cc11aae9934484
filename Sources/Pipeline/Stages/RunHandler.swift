import ExperimentTemplates
public import PaperModel

/// Executes one run request in the sandbox. Holds no key, talks to no model, and never waits for one.
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
      problem: try await problem(outcome, files, surroundings))
    return .finished(result: try await surroundings.keep(json: result))
  }

  /// Templates from elsewhere know no scale.
  private func takesScale(_ request: RunRequest, _ surroundings: any Surroundings) async throws -> Bool {
    guard let script = request.code["experiment.py"] else { return false }
    return String(decoding: try await surroundings.bytes(of: script), as: UTF8.self).contains("--scale")
  }

  private func problem(
    _ outcome: ProgramOutcome, _ files: FileTree, _ surroundings: any Surroundings
  ) async throws -> String? {
    if let stopped = outcome.stopped { return stopped }
    if let status = outcome.exitStatus, status != 0 {
      return "experiment.py ended with status \(status): \(Self.lastLine(outcome.errors))"
    }
    guard let info = files["final_info.json"] else { return "experiment.py left no final_info.json." }
    do {
      _ = try FinalInfo(parsing: try await surroundings.bytes(of: info))
      return nil
    } catch { return "final_info.json can't be used: \(error)" }
  }

  private static func tail(_ text: String) -> String {
    String(decoding: Array(text.utf8.suffix(16_384)), as: UTF8.self)
  }

  private static func lastLine(_ text: String) -> String {
    text.split(separator: "\n").last.map { String($0.prefix(400)) } ?? "it printed no reason"
  }
}
