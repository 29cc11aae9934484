public import PaperModel

/// Runs nothing: every program ends as the test has set it.
public struct ScriptedRunner: ProgramRunner {
  public var outcome = ProgramOutcome(
    exitStatus: 0, stopped: nil, output: "", errors: "", files: FileTree([]), findings: [])
  /// The files of each collected folder, by path.
  public var leaves: [String: String] = [:]

  public init() {}

  public func run(
    _ program: ContainedProgram, for attempt: StepAttempt, prices: Prices, blobs: any BlobStore
  ) async throws -> Settled<ProgramOutcome> {
    var outcome = outcome
    var files: [FileTree.File] = []
    for (path, text) in leaves {
      let blob = try await blobs.keep(Array(text.utf8))
      files += program.collects.map { FileTree.File(path: "\($0)/\(path)", blob: blob) }
    }
    outcome.files = FileTree(files)
    outcome.output += program.command.joined(separator: " ")
    return Settled(
      outcome, charge: prices.charge(cpuNanoseconds: 1_000_000, wallNanoseconds: 1_000_000, for: program))
  }
}
