public import PaperModel

/// Runs experiments as the run stage would: `experiment.py --out_dir=…`, and collects its files.
public enum Laboratory {
  /// Runs one request.
  public static func run(
    _ request: RunRequest, by runner: any ProgramRunner, with surroundings: any Surroundings
  ) async throws -> RunResult {
    let program = ContainedProgram(
      toolchain: .python, command: ["experiment.py", "--out_dir=\(request.outputFolder)"], files: request.code,
      timeLimitSeconds: request.timeLimitSeconds, collects: [request.outputFolder])
    let outcome = try await surroundings.execute("sandbox.run", program, by: runner, prices: request.prices)
    let files = outcome.files.within(request.outputFolder)
    let problem =
      outcome.succeeded
      ? (files["final_info.json"] == nil ? "It wrote no final_info.json." : nil)
      : outcome.errors.split(separator: "\n").last.map(String.init) ?? "It failed without a word."
    return RunResult(
      label: request.label, folder: request.outputFolder, files: files, code: request.code,
      outputTail: outcome.output, findings: outcome.findings, problem: problem)
  }

  /// Runs a campaign's template unchanged.
  public static func baseline(
    _ campaign: CampaignDefinition, by runner: any ProgramRunner, with surroundings: any Surroundings
  ) async throws -> RunResult {
    try await run(
      RunRequest(
        label: "Baseline", code: campaign.template.files, outputFolder: "run_0", scale: campaign.scale,
        timeLimitSeconds: campaign.timeLimitSeconds, prices: campaign.prices), by: runner, with: surroundings)
  }

  /// Runs the requests; `fate` may let a run fail instead.
  public static func answer(
    _ requests: [RunRequest], stream: String = "paper/test.1", visit: Int = 1, by runner: any ProgramRunner,
    with surroundings: any Surroundings, fate: (RunRequest) -> Failure? = { _ in nil }
  ) async throws -> [(run: StreamID, request: RunRequest, result: Result<RunResult, Failure>)] {
    var out: [(run: StreamID, request: RunRequest, result: Result<RunResult, Failure>)] = []
    for (ordinal, request) in requests.enumerated() {
      let run = StreamID(stream)!.run(visit: visit, ordinal: ordinal)
      if let failure = fate(request) {
        out.append((run, request, .failure(failure)))
      } else {
        out.append((run, request, .success(try await Self.run(request, by: runner, with: surroundings))))
      }
    }
    return out
  }
}
