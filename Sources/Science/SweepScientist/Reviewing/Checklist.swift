internal import PaperModel
internal import Studies
internal import Typesetting

/// Checks a paper's evidence, one item after the other.
struct Checklist {
  let evidence: Evidence
  private let words: String

  init(_ evidence: Evidence) {
    self.evidence = evidence
    words = evidence.words
  }

  var items: [Review.ChecklistItem] {
    soundness + presentation
  }

  private func item(_ name: String, _ holds: Bool?, _ reason: String) -> Review.ChecklistItem {
    Review.ChecklistItem(name: name, holds: holds, reason: reason)
  }

  private func says(_ phrases: String...) -> Bool { phrases.contains { words.contains($0) } }

  // MARK: Soundness

  private var soundness: [Review.ChecklistItem] {
    [baseline] + conditions + [seeds, intervals] + numbers + [failures]
  }

  private var baseline: Review.ChecklistItem {
    guard let runs = evidence.runs else {
      return says("baseline")
        ? item(ChecklistName.baseline, true, "The text speaks of a baseline; whether it was run can't be seen.")
        : item(ChecklistName.baseline, false, "The text never speaks of a baseline.")
    }
    guard let first = runs.record.entries.first(where: { $0.change == .baseline }) else {
      return item(ChecklistName.baseline, false, "No baseline was run beside the values.")
    }
    return first.result.problem == nil
      ? item(ChecklistName.baseline, true, "The baseline was run again (\(first.result.folder)).")
      : item(ChecklistName.baseline, false, "The run of the baseline failed.")
  }

  private var conditions: [Review.ChecklistItem] {
    guard let runs = evidence.runs, let base = runs.record.entries.first(where: { $0.change == .baseline }) else {
      return [
        item(ChecklistName.sameConditions, nil, "The code of the runs can't be seen."),
        item(ChecklistName.oneFactor, nil, "The code of the runs can't be seen."),
      ]
    }
    let rest = { (code: FileTree) in code.files.filter { $0.path != "experiment.py" } }
    let odd = runs.record.entries.filter { rest($0.result.code) != rest(base.result.code) }.map(\.result.folder)
    let same =
      odd.isEmpty
      ? item(ChecklistName.sameConditions, true, "All runs had the same files beside experiment.py, at the same scale.")
      : item(ChecklistName.sameConditions, false, "Other files than experiment.py differ in \(Naming.list(odd)).")
    return [same, oneFactor(runs, base.result.folder)]
  }

  /// Checks that no run's source differs from the baseline's in more lines than the setting and the seed need.
  private func oneFactor(_ runs: Evidence.Runs, _ base: String) -> Review.ChecklistItem {
    guard let original = runs.sources[base] else {
      return item(ChecklistName.oneFactor, nil, "The baseline's source can't be seen.")
    }
    let changed = runs.sources.filter { $0.key != base }.mapValues { source in
      source.count == original.count ? zip(source, original).count { $0 != $1 } : Int.max
    }
    let wide = changed.filter { $0.value > 2 }.keys.sorted()
    guard wide.isEmpty else {
      return item(
        ChecklistName.oneFactor, false,
        "More than a setting was changed in \(Naming.list(wide)), compared line by line.")
    }
    return item(ChecklistName.oneFactor, true, "The sources differ from the baseline's in the setting's line only.")
  }

  private var seeds: Review.ChecklistItem {
    guard let analysis = evidence.runs?.analysis else {
      return says(" seeds", "random seed", "repetitions", "independent runs")
        ? item(ChecklistName.seeds, true, "The text speaks of seeds or repetitions.")
        : item(ChecklistName.seeds, false, "The text speaks neither of seeds nor of repetitions.")
    }
    let count = analysis.seeds
    return count >= SeedPlan.fewest
      ? item(ChecklistName.seeds, true, "\(Naming.count(count).firstCapital) seeds for each value.")
      : item(ChecklistName.seeds, false, "Only \(Naming.count(count)) seed\(count == 1 ? "" : "s") for some value.")
  }

  private var intervals: Review.ChecklistItem {
    says("interval", "standard error", "standard deviation", "±", "error bar", "p-value")
      ? item(ChecklistName.intervals, true, "Uncertainty is given.")
      : item(ChecklistName.intervals, false, "Means stand alone, without any measure of uncertainty.")
  }

  private var numbers: [Review.ChecklistItem] {
    guard let claims = evidence.claims, !claims.isEmpty else {
      return [
        item(ChecklistName.numbers, nil, "There are no claims to compute again."),
        item(ChecklistName.numbersOnPages, nil, "There are no claims to look for."),
      ]
    }
    let known = claims.filter { $0.recomputed != nil }
    let wrong = known.filter { $0.recomputed != $0.claim.printed }
    let name = ChecklistName.numbers
    let computed: Review.ChecklistItem
    if let first = wrong.first {
      computed = item(
        name, false,
        "\(first.claim.name) is printed as \(first.claim.printed), but its artifacts say "
          + (first.recomputed ?? "nothing") + (wrong.count > 1 ? "; \(wrong.count - 1) more are wrong." : "."))
    } else if known.isEmpty {
      computed = item(name, nil, "None of the claims could be computed again here.")
    } else {
      computed = item(name, true, "\(known.count) of \(claims.count) numbers were computed again and agree.")
    }
    return [computed, onPages(claims.map(\.claim))]
  }

  private func onPages(_ claims: [NumberClaim]) -> Review.ChecklistItem {
    do {
      try ProvenanceChecker.check(claims, standIn: evidence.text)
      return item(ChecklistName.numbersOnPages, true, "Every claimed number stands on the pages.")
    } catch { return item(ChecklistName.numbersOnPages, false, error.message) }
  }

  private var failures: Review.ChecklistItem {
    guard let runs = evidence.runs else { return item(ChecklistName.failures, nil, "The runs can't be seen.") }
    let failed = runs.record.entries.filter { $0.result.problem != nil }
    guard !failed.isEmpty else { return item(ChecklistName.failures, true, "No run failed.") }
    return says("failed")
      ? item(ChecklistName.failures, true, "\(Naming.count(failed.count).firstCapital) failed, and the paper says so.")
      : item(
        ChecklistName.failures, false, "\(Naming.count(failed.count).firstCapital) failed, and the paper is silent.")
  }
}

// MARK: - Presentation

extension Checklist {
  private var presentation: [Review.ChecklistItem] {
    [limitations, reproducibility, references, figures, seedsShown, layout, length]
  }

  private var limitations: Review.ChecklistItem {
    says("limitation")
      ? item(ChecklistName.limitations, true, "Limitations are discussed.")
      : item(ChecklistName.limitations, false, "Limitations are not discussed.")
  }

  private var reproducibility: Review.ChecklistItem {
    says("seed") && says("code", "source", "github", "repository")
      ? item(ChecklistName.reproducibility, true, "Code and seeds are named.")
      : item(ChecklistName.reproducibility, false, "The text does not name both code and seeds.")
  }

  private var references: Review.ChecklistItem {
    let open = evidence.layout.undefinedReferences
    guard open.isEmpty, !says("[?]", "(?)", "figure ??", "table ??", "section ??") else {
      let named = open.isEmpty ? "Some print as question marks." : "\(Naming.list(open)) lead nowhere."
      return item(ChecklistName.references, false, "References are broken. \(named)")
    }
    return says("references", "bibliography")
      ? item(ChecklistName.references, true, "There is a list of references, and none leads nowhere.")
      : item(ChecklistName.references, false, "There is no list of references.")
  }

  private var figures: Review.ChecklistItem {
    guard says("figure 1", "fig. 1") else {
      return item(ChecklistName.figures, false, "There is no figure.")
    }
    let missing = evidence.layout.warnings.filter { $0.contains("picture") || $0.contains("refers to figure") }
    return missing.isEmpty
      ? item(ChecklistName.figures, true, "Figures are there and the text refers to them.")
      : item(ChecklistName.figures, false, missing[0])
  }

  private var seedsShown: Review.ChecklistItem {
    guard let claims = evidence.claims else {
      return item(ChecklistName.seedsShown, nil, "Whether single values are shown can't be told from text alone.")
    }
    return claims.contains { $0.claim.name.contains(".seed_") }
      ? item(ChecklistName.seedsShown, true, "The values of single seeds are in the paper.")
      : item(ChecklistName.seedsShown, false, "The values of single seeds are nowhere in the paper.")
  }

  private var layout: Review.ChecklistItem {
    let report = evidence.layout
    var problems: [String] = []
    let wide = report.overfullBoxes.filter { $0.milliPoints > 1000 }
    if let worst = wide.max(by: { $0.milliPoints < $1.milliPoints }) {
      problems.append("a line sticks out by \(worst.milliPoints / 1000) points (\(worst.place))")
    }
    if !report.outsideMargins.isEmpty {
      problems.append("text stands outside the margins (\(report.outsideMargins[0]))")
    }
    if !report.fontsNotEmbedded.isEmpty { problems.append("fonts are not embedded") }
    return problems.isEmpty
      ? item(ChecklistName.layout, true, "Nothing sticks out, and all fonts are embedded.")
      : item(ChecklistName.layout, false, Naming.list(problems).firstCapital + ".")
  }

  private var length: Review.ChecklistItem {
    let pages = evidence.layout.pages
    switch pages {
    case ..<3: return item(ChecklistName.length, false, "\(pages) pages are too few to say how it was done.")
    case 3...30: return item(ChecklistName.length, true, "\(pages) pages.")
    default: return item(ChecklistName.length, false, "\(pages) pages are too many for what is said.")
    }
  }
}
