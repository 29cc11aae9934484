internal import PaperModel

/// Runs the template's own `plot.py`. Its pictures are kept for export; if it fails, the paper only gets a note.
enum TemplatePlot {
  struct Outcome {
    let files: FileTree
    let note: String
  }

  private static let folder = "drawn_pictures"

  /// Runs `plot.py` as the main program, and gathers the pictures that are new, whatever their names.
  private static let wrapper = """
    import os, runpy, shutil
    before = set(os.listdir("."))
    os.mkdir("\(folder)")
    try:
        runpy.run_path("plot.py", run_name="__main__")
    finally:
        for name in sorted(set(os.listdir(".")) - before)[:50]:
            if name.endswith((".png", ".pdf", ".svg")) and os.path.isfile(name):
                shutil.copy(name, "\(folder)")
    """

  static func draw(
    _ paper: PaperDefinition, _ record: ExperimentRecord, by runner: any ProgramRunner,
    with surroundings: any Surroundings
  ) async throws -> Outcome {
    guard let script = paper.campaign.template.files["plot.py"] else { return none("The template has no plot.py.") }
    let text = try await surroundings.bytes(of: script)
    guard text.contains(where: { $0 > 0x20 }) else { return none("The template's plot.py is empty.") }
    let runs = record.entries.filter { $0.result.problem == nil }.map { $0.result.files.below($0.result.folder) }
    let program = ContainedProgram(
      toolchain: .python, command: ["-c", wrapper],
      files: runs.reduce(paper.campaign.template.files) { $0.overlaid(with: $1) }, timeLimitSeconds: 120,
      collects: [folder])
    let outcome: ProgramOutcome
    do {
      outcome = try await surroundings.execute(
        "sandbox.plot.template", program, by: runner, prices: paper.campaign.prices)
    } catch let failure as Failure where failure.kind != Failure.budgetExhaustedKind {
      return none("The template's plot.py could not be run: \(failure.message)")
    }
    let pictures = outcome.files.within(folder)
    guard outcome.succeeded else {
      let line = outcome.stopped ?? outcome.errors.split(separator: "\n").last.map(String.init) ?? "without a word"
      return Outcome(files: pictures, note: "The template's plot.py failed: \(line)")
    }
    let found = pictures.files.map { "`\($0.path)`" }.joined(separator: ", ")
    return Outcome(files: pictures, note: "The template's plot.py drew \(found.isEmpty ? "nothing" : found).")
  }

  private static func none(_ note: String) -> Outcome { Outcome(files: FileTree([]), note: note) }
}
