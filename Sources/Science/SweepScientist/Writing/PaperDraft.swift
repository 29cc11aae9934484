internal import ExperimentTemplates
internal import PaperModel
internal import Roles
internal import Studies
internal import Typesetting

/// The material of the sections of a paper, with the phrases that they share.
struct PaperDraft {
  /// What a revision changes about the first version.
  struct Options: Hashable, Sendable {
    /// Narrower tables and figures, because something stuck out.
    var isCompact = false
    /// The values of the single seeds are in the results instead of an appendix.
    var showsSeedsInResults = false
    /// Only what the question needs: no table of other metrics.
    var isShort = false
  }

  let material: PaperMaterial
  let study: Study
  let analysis: StudyAnalysis
  let numbers: PaperNumbers
  let reading: ScriptReading
  let codeDigest: String
  let requirements: [String]
  var options = Options()

  var results: StudyResults { analysis.results }
  var rows: [StudyAnalysis.Row] { [analysis.baseline] + analysis.rows }
  var template: String { PaperWords.phrase(material.paper.campaign.template.name, as: "folder") }
  /// The setting in words, e.g. `weight decay`.
  var setting: String { PaperWords.setting(study.setting) }
  /// The primary metric in words, e.g. `steps until 99% test accuracy`.
  var measured: String { PaperWords.measured(results.primary) }
  /// The number of seeds as a word, or as a claim if it has no word.
  var seedCount: Prose {
    analysis.seeds <= 10 ? Prose(text: Naming.count(analysis.seeds)) : number(.seeds)
  }

  /// The idea's title; another if that has numbers that come from no artifact.
  var title: String {
    let plain = "\(Naming.title(setting)) and the \(Naming.title(measured)): A One-Factor Study"
    let probe = LaTeXProject(
      title: material.paper.idea.title, authors: [], abstract: "", sections: [], claims: [], allowances: allowances)
    let isUsable = material.paper.idea.title.count <= 200 && ProvenanceChecker.findings(in: probe).isEmpty
    return isUsable ? material.paper.idea.title : plain
  }

  /// Whether one of the values switches the setting off.
  var isAboutNeed: Bool {
    StudyValues.meansNothingAtZero(study.setting) && study.values.contains { Naming.value($0) == "0" }
  }

  /// The question, with its numbers by name.
  var question: Prose {
    let alternatives = list(Array(rows.indices.dropFirst()), "or")
    if isAboutNeed {
      return "Is \(setting) needed at all, and does another amount than \(value(0)) change the \(measured)?"
    }
    return "Does setting the \(setting) to \(alternatives) instead of \(value(0)) change the \(measured)?"
  }

  func number(_ name: ClaimName) -> Prose { Prose([.number(name.text)]) }

  /// A value of the setting by its arm; 0 is the baseline's.
  func value(_ arm: Int) -> Prose { number(.value(arm)) }

  func mean(_ arm: Int) -> Prose { number(.statistic(arm, metric: 0, .mean)) }

  /// `[low, high]` of a difference.
  /// An interval that no line is broken in.
  func interval(_ arm: Int) -> Prose {
    "[\(number(.difference(arm, .low))),\u{A0}\(number(.difference(arm, .high)))]"
  }

  /// Values in a sentence: `a, b and c`.
  func list(_ arms: [Int], _ last: String = "and") -> Prose {
    arms.enumerated().reduce(into: Prose(text: "")) { text, item in
      if item.offset > 0 { text += Prose(text: item.offset == arms.count - 1 ? " \(last) " : ", ") }
      text += value(item.element)
    }
  }

  /// The arms with a verdict, numbered as their folders are.
  func arms(_ verdict: Verdict) -> [Int] { rows.indices.dropFirst().filter { rows[$0].verdict == verdict } }

  /// The arm, of those given, whose mean is farthest from the baseline's.
  func farthest(_ arms: [Int]) -> Int? {
    arms.max { abs(rows[$0].comparison?.difference ?? 0) < abs(rows[$1].comparison?.difference ?? 0) }
  }

  /// `worse` or `better`, in brackets; empty if the metric has no direction.
  func judgement(_ arm: Int) -> String {
    switch analysis.isBetter(rows[arm]) {
    case true?: "better"
    case false?: "worse"
    case nil: (rows[arm].comparison?.difference ?? 0) < 0 ? "lower" : "higher"
    }
  }

  /// Phrases with digits that name something: the descriptions of the metric and the settings.
  var allowances: [LiteralAllowance] {
    let why = "the source's own words for what it sets or measures"
    let names =
      results.metrics.map(PaperWords.measured) + results.metrics.map(PaperWords.named)
      + (numbers.settings.map(\.name) + [study.setting]).map(PaperWords.setting)
      + (numbers.settings.map(\.words) + [study.words]).map(PaperDraft.meaning)
    let ownName = LiteralAllowance(template, because: "the template's name")
    let spelled = names.flatMap { [$0, $0.firstCapital, Naming.title($0)] }
    let rule = ["95% interval", "95% intervals", "95% bootstrap interval"].compactMap {
      LiteralAllowance($0, because: "the level of the intervals, which the method sets")
    }
    return rule + [ownName].compactMap { $0 } + Set(spelled).sorted().compactMap { LiteralAllowance($0, because: why) }
  }

  /// The source's description of a setting, as a table shows it; empty if there is none.
  static func meaning(_ words: String) -> String {
    guard words.contains(where: { !$0.isWhitespace }) else { return "" }
    let line = words.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard line.count > 64 else { return PaperWords.phrase(line, as: "meaning") }
    let cut = line.prefix(60)
    return PaperWords.phrase(cut[..<(cut.lastIndex(of: " ") ?? cut.endIndex)] + "\u{A0}…", as: "meaning")
  }

  /// Whether the template's texts have characters that the paper's fonts lack.
  var hasUnprintable: Bool {
    let texts =
      [material.paper.campaign.template.name, results.dataset] + results.metrics.flatMap { [$0.name, $0.words] }
      + numbers.settings.flatMap { [$0.name, $0.words, $0.value] } + study.values
    return texts.contains { LaTeXText.replacingUnprintable(in: $0) != $0 }
  }

  /// All numbers that the text may name.
  var claims: [NumberClaim] {
    var names: [ClaimName] = [.level, .seeds, .bound, .lowest, .highest]
    names += numbers.settings.indices.map { .setting($0) }
    for arm in rows.indices {
      names.append(.value(arm))
      names += ClaimName.Difference.allCases.map { .difference(arm, $0) }
      names += ClaimName.Statistic.allCases.map { .statistic(arm, metric: 0, $0) }
      names += (0..<SeedTable.mostSeeds).map { .seed(arm, metric: 0, $0) }
      names += results.metrics.indices.dropFirst().map { .statistic(arm, metric: $0, .mean) }
    }
    return names.compactMap(numbers.claim)
  }
}
