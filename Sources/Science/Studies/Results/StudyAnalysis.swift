internal import ExperimentTemplates

/// The conclusions from a study's results; the same results yield the same conclusions.
package struct StudyAnalysis: Sendable {
  /// An arm's values of the primary metric.
  package struct Row: Sendable {
    package let arm: StudyResults.Arm
    /// The values of the seeds; nil if every run failed.
    package let sample: Sample?
    /// The interval of the mean.
    package let interval: Interval?
    /// The comparison with the baseline; nil for the baseline and for failures.
    package let comparison: Comparison?

    package var verdict: Verdict { comparison?.verdict ?? .failed }
  }

  /// The result of the study as a whole.
  package enum Finding: Hashable, Sendable {
    /// Every value that ran has an effect.
    case effect
    /// Some values have an effect.
    case mixed
    /// No value has an effect.
    case noEffectFound
  }

  package let results: StudyResults
  package let baseline: Row
  package let rows: [Row]

  package init(_ results: StudyResults, named name: String) {
    self.results = results
    let primary = results.primary.name
    // The same random draws for every value: equal results get equal intervals.
    let seed = { (what: String) in "\(name)|\(primary)|\(what)" }
    let comparisons = max(1, results.arms.count)
    let reference = results.baseline.sample(primary, on: results.dataset)
    func row(_ arm: StudyResults.Arm, isBaseline: Bool) -> Row {
      guard let sample = arm.sample(primary, on: results.dataset) else {
        return Row(arm: arm, sample: nil, interval: nil, comparison: nil)
      }
      let interval = Bootstrap.mean(sample, level: Comparison.studyLevel, seededBy: seed("mean"))
      guard !isBaseline, let reference else {
        return Row(arm: arm, sample: sample, interval: interval, comparison: nil)
      }
      let comparison = Comparison(
        sample, with: reference, comparisons: comparisons, seededBy: seed("difference"))
      return Row(arm: arm, sample: sample, interval: interval, comparison: comparison)
    }
    baseline = row(results.baseline, isBaseline: true)
    rows = results.arms.map { row($0, isBaseline: false) }
  }

  /// The rows with an effect.
  package var effects: [Row] { rows.filter { $0.verdict == .effect } }
  /// The rows without one.
  package var nulls: [Row] { rows.filter { $0.verdict == .noEffectFound } }
  /// The rows without a result.
  package var failures: [Row] { rows.filter { $0.verdict == .failed } }

  /// At least one value has a result: a study without any has no `StudyResults`.
  package var finding: Finding {
    if effects.isEmpty { return .noEffectFound }
    return nulls.isEmpty ? .effect : .mixed
  }

  /// The smallest number of seeds of any row that has results.
  package var seeds: Int { ([baseline] + rows).compactMap { $0.sample?.values.count }.min() ?? 0 }

  /// The values that yield the same results as the baseline, seed by seed, in every metric.
  package var identical: [Row] {
    nulls.filter { row in
      results.metrics.allSatisfy { metric in
        row.arm.sample(metric.name, on: results.dataset)
          == results.baseline.sample(metric.name, on: results.dataset)
      }
    }
  }

  /// Whether a difference is an improvement; nil if the metric's direction is not known.
  package func isBetter(_ row: Row) -> Bool? {
    guard let comparison = row.comparison, let direction = results.primary.better else { return nil }
    return direction == .lower ? comparison.difference < 0 : comparison.difference > 0
  }
}
