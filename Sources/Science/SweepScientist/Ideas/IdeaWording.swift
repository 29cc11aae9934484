internal import ExperimentTemplates
internal import PaperModel
internal import Studies

/// Describes a study in words.
enum IdeaWording {
  /// The idea of a study.
  static func idea(_ study: Study, measuring metric: ScriptReading.Metric?, on template: String) -> Idea {
    let setting = Naming.words(study.setting)
    let measured = metric.map { $0.words.isEmpty ? Naming.words($0.name) : $0.words } ?? "the primary metric"
    let baseline = Naming.value(study.baseline)
    let values = study.values.map(Naming.value)
    let meaning = study.words.isEmpty || isRepetition(study.words, of: setting) ? "" : " (\(study.words))"
    let isOff = values.contains("0") && StudyValues.meansNothingAtZero(study.setting)
    return Idea(
      name: Naming.identifier(([study.setting, "at"] + study.values.map(Naming.value)).joined(separator: "_")),
      title: title(setting, measured: measured, template: template, values: values, isOff: isOff, study: study),
      question: question(setting, measured: measured, baseline: baseline, values: values, isOff: isOff),
      experiment: """
        Set \(setting)\(meaning) to \(Naming.list(values)) instead of \(baseline), one at a time, with everything \
        else as it is. Run the baseline again under the same budget and with the same seeds, and compare \(measured) \
        by the difference of means with a bootstrap interval.
        """,
      interestingness: isOff ? 7 : 6, feasibility: 10, novelty: isOff ? 4 : 3, study: study)
  }

  /// The subject of a template as a title names it; nil if the template's name says nothing, or has digits.
  static func field(_ template: String) -> String? {
    switch template {
    case "diffusion2d": return "Diffusion in the Plane"
    case "charlm": return "Character-Level Language Models"
    default:
      let isTelling = !template.hasPrefix("template") && !template.contains { $0.isNumber }
      return isTelling ? Naming.title(Naming.words(template)) : nil
    }
  }

  private static func title(
    _ setting: String, measured: String, template: String, values: [String], isOff: Bool, study: Study
  ) -> String {
    let subject = Naming.title(setting)
    let outcome = shortened(measured)
    let field = field(template).map { " in \($0)" } ?? ""
    if isOff { return "Is \(subject) Needed\(field)? \(subject) and the \(Naming.title(outcome))" }
    if study.baseline.first.map({ $0 == "\"" || $0 == "'" }) ?? false {
      let all = [Naming.value(study.baseline)] + values
      return "\(Naming.title(Naming.list(all, "or")))? How the \(subject) Changes the \(Naming.title(outcome))\(field)"
    }
    return "\(subject) and the \(Naming.title(outcome))\(field): A One-Factor Study"
  }

  private static func question(
    _ setting: String, measured: String, baseline: String, values: [String], isOff: Bool
  ) -> String {
    let alternatives = Naming.list(values, "or")
    if isOff {
      return "Is \(setting) needed at all, and does another amount than \(baseline) change the \(measured)?"
    }
    return "Does setting the \(setting) to \(alternatives) instead of \(baseline) change the \(measured)?"
  }

  /// Whether the words say no more than the name: they contain every word of the name, and few others.
  static func isRepetition(_ words: String, of name: String) -> Bool {
    let said = Set(words.lowercased().split(separator: " ").map(String.init))
    let named = Set(name.split(separator: " ").map(String.init))
    return named.isSubset(of: said) && said.count <= named.count
  }

  /// The description of a metric without brackets and without what follows a comma.
  static func shortened(_ words: String) -> String {
    let head = words.split(whereSeparator: { $0 == "," || $0 == "(" || $0 == ";" }).first.map(String.init) ?? words
    return head.last == " " ? String(head.dropLast()) : head
  }
}
