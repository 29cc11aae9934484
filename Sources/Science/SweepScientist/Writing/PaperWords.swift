internal import ExperimentTemplates
internal import PaperModel
internal import Studies
internal import Typesetting

/// Phrases that several parts of a paper share.
enum PaperWords {
  /// A metric as running text names it.
  static func measured(_ metric: ScriptReading.Metric) -> String {
    let short = IdeaWording.shortened(metric.words)
    return short.contains { !$0.isWhitespace } && short.count <= 70 ? phrase(short, as: "metric") : named(metric)
  }

  /// A metric's own name as running text.
  static func named(_ metric: ScriptReading.Metric) -> String { phrase(Naming.words(metric.name), as: "metric") }

  /// A setting as running text names it.
  static func setting(_ name: String) -> String { phrase(Naming.words(name), as: "setting") }

  /// Text of the template, cut to at most 76 typesettable characters. Text with digits and no letter gets `kind` before
  /// it, so that it can't be taken for a result.
  static func phrase(_ text: String, as kind: String) -> String {
    let line = LaTeXText.replacingUnprintable(in: text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let cut = line.count > 64 ? line.prefix(62) + " …" : line
    if cut.isEmpty { return kind }
    return cut.contains(where: \.isNumber) && !cut.contains(where: \.isLetter) ? "\(kind) \(cut)" : cut
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
    return "\(measured) for each \(setting(study.setting)). Filled: mean over seeds with its 95% bootstrap "
      + "interval; square and black: the baseline, its mean continued as a dashed line; hollow: the single seeds."
      + failed
  }

  /// The caption of the learning curves.
  static func curvesCaption(_ panels: [String], _ study: Study, _ metrics: [ScriptReading.Metric]) -> String {
    let names = panels.map { panel in
      metrics.first { $0.name == panel }.map(named) ?? phrase(Naming.words(panel), as: "curve")
    }
    // Digits in the name of a curve that is no metric belong to no claim.
    let known = Set(metrics.map(named))
    let isPlain = names.allSatisfy { known.contains($0) || !$0.contains(where: \.isNumber) }
    let shown = isPlain ? Naming.list(names) : "curves that the experiment reports"
    return "\(shown.firstCapital) during training, for each \(setting(study.setting)). Lines: mean over seeds; "
      + "bands: from the lowest to the highest seed."
  }
}
