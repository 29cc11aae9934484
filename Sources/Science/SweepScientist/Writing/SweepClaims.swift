internal import ExperimentTemplates
internal import PaperModel
internal import Studies
internal import Typesetting

/// Recomputes the numbers of a sweep's paper from the files of its runs alone.
struct SweepClaims: ClaimSource {
  private let numbers: PaperNumbers

  /// Reads the results and the source again.
  /// - Throws: `Failure` if the runs have no results to compute from.
  init(
    _ paper: PaperDefinition, _ record: ExperimentRecord, reading: ScriptReading, from blobs: any BlobStore
  ) async throws {
    let study = try SweepExperimenter.study(paper)
    let results = try await StudyResults.gather(record, of: study, metrics: reading.metrics, from: blobs)
    numbers = PaperNumbers(
      study: study, analysis: StudyAnalysis(results, named: paper.idea.name),
      settings: reading.settings(atFullScale: paper.campaign.scale == .full))
  }

  func printed(_ claim: NumberClaim) async throws -> String? {
    ClaimName(claim.name).flatMap(numbers.printed).map(LaTeXText.replacingUnprintable)
  }
}
