import PaperModel
import ScienceTestSupport
import Stages
import Testing

@Suite struct RunTests {
  private static let info = #"{"d": {"means": {"loss_mean": 1.5}}}"#

  private func result(
    _ runner: ScriptedRunner, script: String = "print()", device: DeviceKind = .cpu
  ) async throws -> RunResult {
    let surroundings = MemorySurroundings()
    let code = FileTree([.init(path: "experiment.py", blob: try await surroundings.keep(Array(script.utf8)))])
    let request = RunRequest(
      label: "Baseline", code: code, outputFolder: "run_0", scale: .full, timeLimitSeconds: 10, prices: .standard)
    let opening = Opening(
      campaign: "c", title: "t", cap: .zero, parent: .init(stream: Stand.stream, stage: .ideate), device: device,
      definition: try await surroundings.keep(json: request))
    let decision = try await RunHandler(runner).handle(
      StageVisit(
        stream: Stand.stream.run(visit: 1, ordinal: 0), stage: .run, visit: 1, opening: opening, results: [:],
        runs: [], remaining: Money(dollars: "1")!, spentBefore: .zero), with: surroundings)
    guard case .finished(let reference, _) = decision else { throw Failure(kind: "test", "It does not finish.") }
    return try await surroundings.value(RunResult.self, of: reference)
  }

  @Test func `a run's results are the files of its folder`() async throws {
    var runner = ScriptedRunner()
    runner.leaves = ["final_info.json": Self.info, "curves.json": "{}"]
    let result = try await result(runner)
    #expect(result.problem == nil && result.folder == "run_0" && result.label == "Baseline")
    #expect(result.files.files.map(\.path) == ["curves.json", "final_info.json"])
  }

  @Test func `a script without --scale is run without it`() async throws {
    let plain = try await result(ScriptedRunner())
    #expect(plain.outputTail == "experiment.py --out_dir=run_0")
    let own = try await result(ScriptedRunner(), script: "parser.add_argument('--scale')")
    #expect(own.outputTail == "experiment.py --out_dir=run_0 --scale=full")
  }

  @Test(
    arguments: [
      (0, nil, "", nil, "experiment.py left no final_info.json."),
      (0, nil, "", "not JSON", "final_info.json is not usable: "),
      (3, nil, "Traceback\nValueError: no", info, "experiment.py ended with status 3: ValueError: no"),
      (1, nil, "", info, "experiment.py ended with status 1: it printed no reason"),
      (nil, "It ran out of time.", "", info, "It ran out of time."),
    ] as [(Int?, String?, String, String?, String)])
  func `an experiment that failed is a result with the problem`(
    _ status: Int?, _ stopped: String?, _ errors: String, _ left: String?, _ problem: String
  ) async throws {
    var runner = ScriptedRunner()
    runner.outcome = ProgramOutcome(
      exitStatus: status, stopped: stopped, output: "", errors: errors, files: FileTree([]), findings: [])
    if let left { runner.leaves = ["final_info.json": left] }
    let found = try #require(try await result(runner).problem)
    #expect(found.hasPrefix(problem), "\(found)")
  }
}
