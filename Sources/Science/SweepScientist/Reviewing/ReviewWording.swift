internal import PaperModel
internal import Studies
internal import Typesetting

/// The sentences of a review, from the checklist.
struct ReviewWording {
  let evidence: Evidence
  let items: [Review.ChecklistItem]

  var summary: String {
    let plural = evidence.layout.pages == 1 ? "" : "s"
    guard let runs = evidence.runs, let study = runs.study, let analysis = runs.analysis else {
      return "A paper of \(evidence.layout.pages) page\(plural)\(title). It was looked at by checklist. \(Scoring.rule)"
    }
    let found =
      switch analysis.finding {
      case .effect: "Every value that ran has an effect by the paper's rule."
      case .mixed: "Some values have an effect by the paper's rule, others not."
      case .noEffectFound: "No effect is found by the paper's rule."
      }
    let values = Naming.list(study.values.map(Naming.value))
    return """
      The paper varies one setting, \(study.setting), over \(values) against a baseline of \
      \(Naming.value(study.baseline)) that was run again. \(found) \(Scoring.rule)
      """
  }

  /// The first line of the first page, if it looks like a title.
  private var title: String {
    let first = evidence.text.pages.first?.split(separator: "\n").first { $0.contains(where: \.isLetter) }
    guard let first else { return "" }
    return ", which begins with “\(first.prefix(100))”"
  }

  var strengths: [String] { items.filter { $0.holds == true }.map { "\($0.name.firstCapital): \($0.reason)" } }

  var weaknesses: [String] {
    var out = items.filter { $0.holds == false }.map { "\($0.name.firstCapital): \($0.reason)" }
    if let analysis = evidence.runs?.analysis {
      if analysis.seeds < 5 {
        out.append(
          "With \(Naming.count(analysis.seeds)) seeds for each value, the intervals are rough, "
            + "and an effect may be chance.")
      }
      out.append("One setting of one experiment was varied; how far the finding carries is open.")
    }
    return out
  }

  var questions: [String] {
    var out = items.filter { $0.holds == nil }.map { "\($0.name.firstCapital): \($0.reason)" }
    if let analysis = evidence.runs?.analysis {
      if analysis.finding == .noEffectFound || analysis.finding == .mixed {
        out.append("How many seeds would be needed to see an effect of a size that matters?")
      }
      if analysis.finding == .effect || analysis.finding == .mixed {
        out.append("Does the effect remain when the other settings are tuned for each value?")
      }
    }
    if evidence.hiddenWords > 0 {
      let count = evidence.hiddenWords
      out.append(
        "What is the text for that nobody can see (\(count) word\(count == 1 ? "" : "s"))? By its colour, its size or "
          + "its place it is hidden, and it was disregarded.")
    }
    if isAddressingReviewers {
      out.append("Why does the text speak to its reviewers? It was disregarded.")
    }
    return out
  }

  var limitations: [String] {
    items.filter { $0.name == ChecklistName.limitations }.map(\.reason)
      + ["This review checks what a program can check; it does not judge whether the question matters."]
  }

  /// Whether the text seems to contain instructions to a reviewer. That changes no score.
  private var isAddressingReviewers: Bool {
    evidence.says(
      "ignore previous instructions", "ignore all previous", "positive review", "do not highlight", "as a reviewer",
      "recommend accept", "accept this paper")
  }
}
