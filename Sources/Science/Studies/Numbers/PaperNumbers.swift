package import ExperimentTemplates
package import PaperModel

/// The numbers of a paper, computed from its artifacts: each has a name and a printed form.
package struct PaperNumbers: Sendable {
  package let study: Study
  package let analysis: StudyAnalysis
  package let settings: [ScriptReading.Setting]

  package init(study: Study, analysis: StudyAnalysis, settings: [ScriptReading.Setting]) {
    self.study = study
    self.analysis = analysis
    self.settings = settings
  }

  private var results: StudyResults { analysis.results }
  private var rows: [StudyAnalysis.Row] { [analysis.baseline] + analysis.rows }

  /// The printed number of a name; nil if the artifacts do not have it.
  package func printed(_ name: ClaimName) -> String? {
    switch name {
    case .value(let arm): return value(arm).map(Self.shown)
    case .setting(let index): return settings.indices.contains(index) ? Self.shown(settings[index].value) : nil
    case .statistic(let arm, let metric, let what): return metricName(metric).flatMap { statistic(arm, $0, what) }
    case .seed(let arm, let metric, let seed):
      guard let metric = metricName(metric), let sample = sample(arm, metric), sample.values.indices.contains(seed)
      else { return nil }
      return format(metric).text(sample.values[seed])
    case .difference(let arm, let what):
      guard rows.indices.contains(arm), let comparison = rows[arm].comparison else { return nil }
      let number = [
        .estimate: comparison.difference, .low: comparison.interval.low, .high: comparison.interval.high,
      ][what]
      return number.map { format(results.primary.name).signed($0) }
    case .level: return Self.percent(Comparison.level(of: max(1, study.values.count)))
    case .seeds: return String(analysis.seeds)
    case .bound: return analysis.bound.map { format(results.primary.name).text($0) }
    case .lowest: return rows.compactMap { $0.sample?.mean }.min().map { format(results.primary.name).text($0) }
    case .highest: return rows.compactMap { $0.sample?.mean }.max().map { format(results.primary.name).text($0) }
    }
  }

  package func claim(_ name: ClaimName) -> NumberClaim? {
    guard let printed = printed(name) else { return nil }
    let sources = sources(name)
    guard !sources.isEmpty else { return nil }
    return NumberClaim(name: name.text, printed: printed, sources: sources, derivation: derivation(name))
  }

  private func metricName(_ index: Int) -> String? {
    results.metrics.indices.contains(index) ? results.metrics[index].name : nil
  }

  private func value(_ arm: Int) -> String? {
    if arm == 0 { return study.baseline }
    return study.values.indices.contains(arm - 1) ? study.values[arm - 1] : nil
  }

  private func sample(_ arm: Int, _ metric: String) -> Sample? {
    rows.indices.contains(arm) ? rows[arm].arm.sample(metric, on: results.dataset) : nil
  }

  private func statistic(_ arm: Int, _ metric: String, _ what: ClaimName.Statistic) -> String? {
    guard let sample = sample(arm, metric) else { return nil }
    let format = format(metric)
    switch what {
    case .mean: return format.text(sample.mean)
    case .standardDeviation: return sample.standardDeviation.map(format.text)
    case .low, .high:
      guard metric == results.primary.name, let interval = rows[arm].interval else { return nil }
      return format.text(what == .low ? interval.low : interval.high)
    }
  }

  /// The common format of all numbers of a metric, so that they can be compared.
  package func format(_ metric: String) -> NumberFormat {
    NumberFormat(for: results.all.flatMap { $0.sample(metric, on: results.dataset)?.values ?? [] })
  }

  private static func percent(_ share: Double) -> String {
    let text = NumberFormat(decimals: 1).text(share * 100)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A value as Python writes it, in at most 40 characters, with visible text for an empty string.
  package static func shown(_ python: String) -> String {
    let text = Naming.value(python).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if text.isEmpty { return "(empty)" }
    return text.count > 40 ? text.prefix(39) + "…" : text
  }

  private func sources(_ name: ClaimName) -> [String] {
    let everything = rows.flatMap(\.arm.sources)
    switch name {
    case .value(let arm): return ["run_\(arm)/experiment.py"]
    case .setting: return ["run_0/experiment.py"]
    case .statistic(let arm, _, _), .seed(let arm, _, _): return rows[arm].arm.sources
    case .difference(let arm, _): return rows[arm].arm.sources + analysis.baseline.arm.sources
    case .level, .seeds, .bound, .lowest, .highest: return everything
    }
  }

  private func derivation(_ name: ClaimName) -> String {
    let primary = results.primary.name
    func named(_ metric: Int) -> String { metricName(metric) ?? "metric \(metric)" }
    switch name {
    case .value: return "the value of \(study.setting) in the source"
    case .setting(let index): return "the value of \(settings[index].name) in the source"
    case .statistic(_, let metric, .mean): return "mean over seeds of \(named(metric))"
    case .statistic(_, let metric, .standardDeviation):
      return "standard deviation over seeds of \(named(metric)), n - 1"
    case .statistic(_, let metric, let end):
      return "\(end.rawValue) end of the percentile bootstrap interval of the mean of \(named(metric)), "
        + "10,000 resamples"
    case .seed(_, let metric, let seed): return "\(named(metric)) of seed number \(seed)"
    case .difference(_, .estimate): return "difference of the means of \(primary) to the baseline"
    case .difference(_, let end):
      return "\(end.rawValue) end of the percentile bootstrap interval of the difference of means of \(primary), "
        + "10,000 resamples, level corrected for \(study.values.count) comparisons"
    case .level: return "100 - 5 / number of comparisons, in percent"
    case .seeds: return "the fewest seeds of a value"
    case .bound: return "the largest distance from zero of the intervals that include it, of \(primary)"
    case .lowest: return "the lowest of the means of \(primary)"
    case .highest: return "the highest of the means of \(primary)"
    }
  }
}

extension StudyAnalysis {
  /// The largest distance from zero that the intervals of values without an effect reach; nil if there are none.
  package var bound: Double? {
    nulls.compactMap { $0.comparison.map { max(abs($0.interval.low), abs($0.interval.high)) } }.max()
  }
}
