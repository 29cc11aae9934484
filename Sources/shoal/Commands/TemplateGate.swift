import ExperimentTemplates
import Operations
import PaperModel
import Sandbox

/// Refuses an unusable template before anything of a campaign exists.
struct TemplateGate {
  let settings: Settings
  /// Whether experiments run in this process: then its Python environment must have the modules that they import.
  let runsHere: Bool
  var isUncontained = false

  /// Checks the files, and the source where this machine can have it read.
  /// - Returns: the key for `CheckedTemplates`, where the source was read and nothing is missing.
  /// - Throws: `OperationError` with everything that makes the template unusable.
  @discardableResult
  func check(_ template: String, _ terminal: Terminal) async throws -> String? {
    let contents = try TemplateChoice.contents(template)
    try refuse(TemplateCheck.findings(contents.files), of: contents)
    let key = CheckedTemplates.key(contents)
    // Which modules this machine's Python has may change between two calls.
    if !runsHere, CheckedTemplates(settings).contains(key) { return nil }
    do {
      guard let findings = try await readSource(of: contents) else { return nil }
      try refuse(findings, of: contents)
      return key
    } catch let error as SandboxError where !runsHere {
      terminal.note("experiment.py was not checked here: \(error)")
    } catch let failure as Failure where !runsHere && failure.kind == "sandbox" {
      terminal.note("experiment.py was not checked here: \(failure)")
    }
    return nil
  }

  /// - Returns: nil where this machine has no Python to read it with, and need not have.
  private func readSource(of contents: TemplateContents) async throws -> [TemplateFinding]? {
    if let problem = PythonEnvironment(path: settings.python).problem {
      if runsHere { throw OperationError(problem) }
      return nil
    }
    let surroundings = LocalSurroundings("check")
    return try await TemporarySandbox.use(settings, uncontained: isUncontained) { runner in
      try await TemplateCheck.check(
        contents, by: PythonSettings(runner: runner, prices: settings.prices), environment: settings.python,
        findsMissing: runsHere, with: surroundings)
    }
  }

  private func refuse(_ findings: [TemplateFinding], of contents: TemplateContents) throws {
    let errors = findings.filter { $0.severity == .error }
    guard !errors.isEmpty else { return }
    let sentences = errors.map { error in
      [error.file.map { $0 + ":" }, error.message, error.advice].compactMap { $0 }.filter { !$0.isEmpty }
        .joined(separator: " ")
    }
    throw OperationError("The template \(contents.name) can't be used. \(sentences.joined(separator: " "))")
  }
}
