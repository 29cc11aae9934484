internal import ExperimentTemplates
public import PaperModel
public import Roles
internal import Studies
internal import Typesetting

/// Writes the paper of a study: its question, method and results, with every number computed from the runs.
public struct SweepAuthor: Author {
  private let runner: any ProgramRunner

  public init(runner: any ProgramRunner) { self.runner = runner }

  /// The typeset paper; every number was computed twice and found on the pages.
  /// - Throws: `Failure` if the results can't be written up, a number is wrong, or LaTeX refuses.
  public func write(_ material: PaperMaterial, with surroundings: any Surroundings) async throws -> Manuscript {
    try await typeset(material, PaperDraft.Options(), with: surroundings)
  }

  /// A version that fixes what the review's checklist found wrong with the layout, the length or the evidence shown;
  /// nil if it found none of these.
  public func revise(
    _ manuscript: Manuscript, after review: Review, _ material: PaperMaterial, with surroundings: any Surroundings
  ) async throws -> Manuscript? {
    let options = RevisionPlan.options(for: review)
    guard options != PaperDraft.Options() else { return nil }
    let revised = try await typeset(material, options, with: surroundings)
    return revised.pdf == manuscript.pdf ? nil : revised
  }

  private func typeset(
    _ material: PaperMaterial, _ options: PaperDraft.Options, with surroundings: any Surroundings
  ) async throws -> Manuscript {
    let campaign = material.paper.campaign
    let reading = try await ScriptSource.read(campaign, by: runner, with: surroundings)
    var draft = try await draft(material, reading, with: surroundings)
    draft.options = options
    let project = draft.project
    let claims = try await SweepClaims(material.paper, material.record, reading: reading, from: surroundings)
    let typesetter = Typesetter(runner: runner, prices: campaign.prices)
    let paper = try await typesetter.compile(project, claims: claims, with: surroundings)
    return paper.manuscript(title: project.title, claims: project.usedClaims)
  }

  private func draft(
    _ material: PaperMaterial, _ reading: ScriptReading, with surroundings: any Surroundings
  ) async throws -> PaperDraft {
    let paper = material.paper
    let study = try SweepExperimenter.study(paper)
    let results = try await StudyResults.gather(
      material.record, of: study, metrics: reading.metrics, from: surroundings)
    let analysis = StudyAnalysis(results, named: paper.idea.name)
    let files = paper.campaign.template.files
    var requirements: [String] = []
    if let listed = files["requirements.txt"] {
      requirements = String(decoding: try await surroundings.bytes(of: listed), as: UTF8.self)
        .split(separator: "\n").map { PaperDraft.harmless(String($0)) }.filter { !$0.isEmpty && $0.first != "#" }
    }
    return PaperDraft(
      material: material, study: study, analysis: analysis,
      numbers: PaperNumbers(
        study: study, analysis: analysis, settings: reading.settings(atFullScale: paper.campaign.scale == .full)),
      reading: reading, codeDigest: try await surroundings.keep(json: files).digest,
      requirements: Array(requirements.prefix(12)))
  }
}

extension PaperDraft {
  var project: LaTeXProject {
    LaTeXProject(
      title: title, authors: ["Shoal"], affiliation: "Sweep scientist, without a language model",
      note: note, abstract: abstract,
      sections: [introduction, method, setup, resultsSection, limitations, conclusion, reproducibility],
      appendices: appendices,
      claims: claims, allowances: allowances
    ).printable
  }
}

/// Which points of a review an author without a model can act on.
enum RevisionPlan {
  /// What to change about the first version.
  static func options(for review: Review) -> PaperDraft.Options {
    let wrong = Set(review.checklist.filter { $0.holds == false }.map(\.name))
    var options = PaperDraft.Options()
    options.isCompact = wrong.contains(ChecklistName.layout)
    options.showsSeedsInResults = wrong.contains(ChecklistName.seedsShown)
    options.isShort = wrong.contains(ChecklistName.length)
    return options
  }
}
