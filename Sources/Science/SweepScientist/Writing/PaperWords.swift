internal import ExperimentTemplates
internal import PaperModel
internal import Studies

/// Phrases that several parts of a paper share.
enum PaperWords {
  /// A metric as running text names it.
  static func measured(_ metric: ScriptReading.Metric) -> String {
    let short = IdeaWording.shortened(metric.words)
    return short.isEmpty || short.count > 70 ? Naming.words(metric.name) : short
  }

  /// A metric on an axis, with its unit.
  static func axis(_ metric: ScriptReading.Metric) -> String {
    let name = measured(metric).firstCapital
    let saysUnit = metric.unit.isEmpty || metric.unit == "share" || name.lowercased().contains(metric.unit.lowercased())
    return saysUnit ? name : "\(name) (\(metric.unit))"
  }

  /// The caption of the effect figure.
  static func effectCaption(_ analysis: StudyAnalysis, _ study: Study) -> String {
    let failed = analysis.failures.isEmpty ? "" : " Values whose runs failed are marked."
    let measured = measured(analysis.results.primary).firstCapital
    return "\(measured) for each \(Naming.words(study.setting)). Filled: mean over seeds with its 95% bootstrap "
      + "interval; square and black: the baseline, its mean continued as a dashed line; hollow: the single seeds."
      + failed
  }

  /// The caption of the learning curves.
  static func curvesCaption(_ panels: [String], _ study: Study) -> String {
    let shown = Naming.list(panels.map { Naming.words($0) })
    return "\(shown.firstCapital) during training, for each \(Naming.words(study.setting)). Lines: mean over seeds; "
      + "bands: from the lowest to the highest seed."
  }
}
