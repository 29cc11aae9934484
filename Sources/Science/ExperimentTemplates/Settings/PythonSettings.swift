public import PaperModel

/// Reads the settings of an experiment's source and writes variants of it, with Python's own parser in the sandbox.
public struct PythonSettings: Sendable {
  /// A value for a setting, as Python writes it.
  public struct Edit: Codable, Hashable, Sendable {
    /// The setting's name.
    public let name: String
    /// The new value, e.g. `0.3` or `"subtract"`.
    public let value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The script's `request.json`.
  struct Request: Codable {
    let source: String
    let scale: CampaignDefinition.Scale
    let variants: [[Edit]]
    var ownModules: [String]?
  }

  /// The step of `read`.
  public static let readingStep = "sandbox.settings"
  /// The file of a step's outcome that holds the `ScriptReading`, as JSON.
  public static let answerFile = "settings.json"

  private let runner: any ProgramRunner
  private let prices: Prices

  public init(runner: any ProgramRunner, prices: Prices) {
    self.runner = runner
    self.prices = prices
  }

  /// Reads what a source declares, as one step. A syntax error in the source is part of the result, not an error.
  /// - Parameter ownModules: the names of the template's own modules; the reading then lists the modules that the
  ///   Python environment lacks.
  /// - Throws: `TemplateError` if the source can't be read; the errors of the step.
  public func read(
    _ source: BlobReference, ownModules: [String]? = nil, with surroundings: any Surroundings
  ) async throws -> ScriptReading {
    let request = Request(source: "experiment.py", scale: .small, variants: [], ownModules: ownModules)
    return try await perform(Self.readingStep, source, request, with: surroundings).reading
  }

  /// Makes copies of a source, each with other values for some of its settings, as one step. Each copy differs only in
  /// those literals: the script parses it again and compares.
  /// - Parameter scale: at full scale the values in `full_scale` are edited if a setting has one.
  /// - Throws: `TemplateError` if an edit can't be made; the errors of the step.
  public func variants(
    of source: BlobReference, _ edits: [[Edit]], scale: CampaignDefinition.Scale, with surroundings: any Surroundings
  ) async throws -> [BlobReference] {
    guard edits.count <= 1000 else {
      throw TemplateError.uneditable("a study of \(edits.count) runs is over the limit of 1,000")
    }
    let request = Request(source: "experiment.py", scale: scale, variants: edits)
    let (reading, files) = try await perform("sandbox.edit", source, request, with: surroundings)
    if let broken = reading.syntaxError { throw TemplateError.uneditable(broken.sentence) }
    if let problem = reading.problem { throw TemplateError.uneditable(problem) }
    return try edits.indices.map { number in
      guard let copy = files["variant_\(number).py"] else {
        throw TemplateError.uneditable("variant \(number) was not written")
      }
      return copy
    }
  }

  private func perform(
    _ step: String, _ source: BlobReference, _ request: Request, with surroundings: any Surroundings
  ) async throws -> (reading: ScriptReading, files: FileTree) {
    guard source.size <= 2_000_000 else { throw TemplateError.unreadableScript("it is larger than 2 MB") }
    let program = ContainedProgram(
      toolchain: .python, command: ["settings.py"],
      files: FileTree([
        .init(path: "settings.py", blob: try await surroundings.keep(PackageResources.settings_py)),
        .init(path: "request.json", blob: try await surroundings.keep(json: request)),
        .init(path: "experiment.py", blob: source),
      ]),
      timeLimitSeconds: 30, memoryLimitMebibytes: 1024,
      collects: [Self.answerFile] + request.variants.indices.map { "variant_\($0).py" })
    let outcome = try await surroundings.execute(step, program, by: runner, prices: prices)
    guard outcome.succeeded, let answer = outcome.files[Self.answerFile], answer.size <= 2_000_000 else {
      let reason = outcome.stopped ?? String(outcome.errors.suffix(300))
      throw TemplateError.unreadableScript(reason.isEmpty ? "the parser left no answer" : reason)
    }
    return (try await surroundings.value(ScriptReading.self, of: answer), outcome.files)
  }
}
