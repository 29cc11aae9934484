internal import ExperimentTemplates
public import PaperModel
public import Roles
internal import Studies
internal import Typesetting

/// Reviews by checklist. Instructions in the paper have no influence: its text is searched for words, never obeyed.
public struct SweepReviewer: Reviewer {
  private let runner: any ProgramRunner

  public init(runner: any ProgramRunner) { self.runner = runner }

  /// A review of a PDF, with the runs and the claims if there are any.
  /// - Throws: `Failure` for a file that is no readable PDF, has hardly any text, or is in a language that the
  ///   checklist can't judge.
  public func review(_ submission: Submission, with surroundings: any Surroundings) async throws -> Review {
    let evidence = try await gather(submission, with: surroundings)
    let items = Checklist(evidence).items
    let scoring = Scoring(items: items, evidence: evidence)
    let wording = ReviewWording(evidence: evidence, items: items)
    return Review(
      summary: wording.summary, strengths: wording.strengths, weaknesses: wording.weaknesses,
      originality: scoring.originality, quality: scoring.soundness, clarity: scoring.presentation,
      significance: scoring.contribution, questions: wording.questions, limitations: wording.limitations,
      ethicalConcerns: false, soundness: scoring.soundness, presentation: scoring.presentation,
      contribution: scoring.contribution, overall: scoring.overall, confidence: scoring.confidence,
      decision: scoring.decision, checklist: items)
  }

  private func gather(_ submission: Submission, with surroundings: any Surroundings) async throws -> Evidence {
    let typesetter = Typesetter(runner: runner, prices: submission.prices)
    var hiddenWords = 0
    let text: PDFText
    if submission.material == nil {
      let legible = try await typesetter.legibleText(of: submission.pdf, with: surroundings)
      (text, hiddenWords) = (legible.text, legible.hiddenWords)
      try Legibility.check(text)
    } else {
      text = try await typesetter.text(of: submission.pdf, with: surroundings)
    }
    let layout: LayoutReport
    if let known = submission.manuscript?.layout {
      layout = known
    } else {
      let pages = try await typesetter.inspect(submission.pdf, geometry: nil, with: surroundings)
      layout = LayoutReport(pages: pages.pages, fontsNotEmbedded: pages.fontsNotEmbedded)
    }
    guard let material = submission.material else {
      return Evidence(text: text, layout: layout, runs: nil, claims: nil, hiddenWords: hiddenWords)
    }
    let reading = try await unlessMissing {
      try await ScriptSource.read(material.paper.campaign, by: runner, with: surroundings)
    }
    return Evidence(
      text: text, layout: layout, runs: try await runs(material, reading, with: surroundings),
      claims: try await claims(submission.manuscript?.claims, material, reading, with: surroundings))
  }

  private func runs(
    _ material: PaperMaterial, _ reading: ScriptReading?, with surroundings: any Surroundings
  ) async throws -> Evidence.Runs {
    var analysis: StudyAnalysis?
    if let study = material.paper.idea.study {
      let results = try await unlessMissing {
        try await StudyResults.gather(
          material.record, of: study, metrics: reading?.metrics ?? [], from: surroundings)
      }
      analysis = results.map { StudyAnalysis($0, named: material.paper.idea.name) }
    }
    var sources: [String: [Substring]] = [:]
    for entry in material.record.entries {
      guard let blob = entry.result.code["experiment.py"], blob.size <= 2_000_000 else { continue }
      sources[entry.result.folder] = String(decoding: try await surroundings.bytes(of: blob), as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false)
    }
    return Evidence.Runs(
      record: material.record, analysis: analysis, study: material.paper.idea.study, novelty: material.novelty,
      sources: sources)
  }

  private func claims(
    _ claims: [NumberClaim]?, _ material: PaperMaterial, _ reading: ScriptReading?,
    with surroundings: any Surroundings
  ) async throws -> [Evidence.CheckedClaim]? {
    guard let claims else { return nil }
    var source: SweepClaims?
    if let reading {
      source = try await unlessMissing {
        try await SweepClaims(material.paper, material.record, reading: reading, from: surroundings)
      }
    }
    var checked: [Evidence.CheckedClaim] = []
    for claim in claims {
      checked.append(.init(claim: claim, recomputed: try await source?.printed(claim)))
    }
    return checked
  }
}
