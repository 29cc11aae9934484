internal import ExperimentTemplates
public import PaperModel
public import Roles
internal import Studies

/// Draws a study's results: the effect with its intervals, and the learning curves if the runs left any.
public struct SweepPlotter: Plotter {
  private let runner: any ProgramRunner

  public init(runner: any ProgramRunner) { self.runner = runner }

  /// The folder for figures by the template's own `plot.py` within the code of the figure set.
  public static let templateFigures = "template_figures"

  /// The figures of a study.
  /// - Throws: `Failure` if they can't be drawn.
  public func draw(
    _ paper: PaperDefinition, _ record: ExperimentRecord, with surroundings: any Surroundings
  ) async throws -> FigureSet {
    let study = try SweepExperimenter.study(paper)
    let reading = try await ScriptSource.read(paper.campaign, by: runner, with: surroundings)
    let results = try await StudyResults.gather(record, of: study, metrics: reading.metrics, from: surroundings)
    let analysis = StudyAnalysis(results, named: paper.idea.name)
    let code = FileTree([
      .init(path: "figures.py", blob: try await surroundings.keep(PackageResources.figures_py)),
      .init(path: "data.json", blob: try await surroundings.keep(json: FigureData(analysis, of: study))),
    ])
    let (files, drawn) = try await drawn(code, record, paper, with: surroundings)
    var figures = [
      FigureSet.Figure(
        file: "effect.pdf", blob: try Self.required("effect.pdf", in: files),
        caption: PaperWords.effectCaption(analysis, study))
    ]
    if let curves = files["curves.pdf"], !drawn.panels.isEmpty {
      figures.append(
        .init(file: "curves.pdf", blob: curves, caption: PaperWords.curvesCaption(drawn.panels, study, results.metrics))
      )
    }
    let own = try await TemplatePlot.draw(paper, record, by: runner, with: surroundings)
    let kept = own.files.below(Self.templateFigures)
    return FigureSet(
      figures: figures, code: code.overlaid(with: kept), notes: Self.notes(figures, drawn.leftOut, own))
  }

  private struct Drawn: Codable {
    /// The names of the curves in `curves.pdf`.
    let panels: [String]
    /// The names of curves that can't be drawn.
    let leftOut: [String]
  }

  private func drawn(
    _ code: FileTree, _ record: ExperimentRecord, _ paper: PaperDefinition, with surroundings: any Surroundings
  ) async throws -> (FileTree, Drawn) {
    let curves = record.entries.compactMap { entry -> FileTree.File? in
      guard let blob = entry.result.files["curves.json"], blob.size <= 50_000_000 else { return nil }
      return .init(path: "\(entry.result.folder)/curves.json", blob: blob)
    }
    let program = ContainedProgram(
      toolchain: .python, command: ["figures.py"], files: code.overlaid(with: FileTree(curves)),
      timeLimitSeconds: 120, memoryLimitMebibytes: 2048, collects: ["effect.pdf", "curves.pdf", "drawn.json"])
    let outcome = try await surroundings.execute("sandbox.plot", program, by: runner, prices: paper.campaign.prices)
    guard outcome.succeeded, let drawn = outcome.files["drawn.json"] else {
      let reason = outcome.stopped ?? String(outcome.errors.suffix(400))
      throw Failure(kind: "noFigure", "The figures could not be drawn: \(reason)")
    }
    return (outcome.files, try await surroundings.value(Drawn.self, of: drawn))
  }

  private static func required(_ path: String, in files: FileTree) throws -> BlobReference {
    guard let blob = files[path], blob.size > 0 else {
      throw Failure(kind: "noFigure", "The script that draws left no \(path).")
    }
    return blob
  }

  private static func notes(
    _ figures: [FigureSet.Figure], _ leftOut: [String], _ own: TemplatePlot.Outcome
  ) -> String {
    let lines =
      figures.map { "- `\($0.file)`: \($0.caption)" } + leftOut.map { "- The curve `\($0)` can't be drawn." }
    return (["# Figures", ""] + lines + ["", own.note]).joined(separator: "\n") + "\n"
  }
}
