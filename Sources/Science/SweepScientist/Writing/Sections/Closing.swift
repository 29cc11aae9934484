internal import ExperimentTemplates
internal import PaperModel
internal import Roles
internal import Studies
internal import Typesetting

extension PaperDraft {
  var limitations: PaperSection {
    PaperSection(
      "Limitations", name: "limitations", role: .background,
      [.paragraph("What this study can and cannot say follows from how it was made."), .list(limits)])
  }

  private var limits: [Prose] {
    var items = [seedLimit]
    items.append(
      """
      One setting was changed and all others were held at one point (\(table: "settings")). The effect may be another \
      one at other settings; interactions were not looked for. The values are few and were chosen by a fixed scheme, \
      not by where a change might be expected.
      """)
    let scale = material.paper.campaign.scale == .small ? "at its small scale" : "at its full scale"
    items.append(
      """
      One experiment was run, the template \(code: template) \(scale). Nothing here says that larger models or other \
      data behave alike.
      """)
    if !results.otherDatasets.isEmpty {
      items.append(
        """
        The experiment reports several data sets; the first by name, \(code: results.dataset), was analysed.
        """)
    }
    if rows.contains(where: { $0.arm.runs.count > 1 }) { items.append(repeatsLimit) }
    if !analysis.failures.isEmpty {
      items.append("Some runs failed. If they failed because of the value, the values that ran are a selection.")
    }
    items.append(
      """
      Whether the question is new was judged against earlier ideas of the same installation only, not against the \
      literature.
      """)
    return items
  }

  private var seedLimit: Prose {
    let count = analysis.seeds
    guard count > 0, count < 10 else {
      return "Intervals come from \(Naming.count(count)) seeds for each value and cover no other source of variation."
    }
    let share = ChanceOfSeparation.share(count, count)
    let odds: Prose =
      share >= 0.02
      ? """
       Even without any effect, all seeds of one side come out beyond all seeds of the other in one of \
      \(String(Int((1 / share).rounded()))) comparisons, and the rule then speaks of an effect whatever its \
      nominal level.
      """ : ""
    return """
      \(Naming.count(count).firstCapital) seeds are few. A bootstrap over \(Naming.count(count)) values cannot reach \
      beyond the lowest and the highest of them, so the intervals are too narrow.\(odds) Effects that are small beside \
      the spread of the seeds should be confirmed with more of them.
      """
  }

  private var repeatsLimit: Prose {
    let names = rows.flatMap { $0.arm.runs.map(\.folder) }
    if names.contains(where: { $0.contains("_again_") }) {
      return """
        The experiment has no setting for its seed, so each value was executed several times as it is. If its \
        randomness is fixed inside, the repetitions are copies, and the spread is understated.
        """
    }
    return "The experiment reports one seed at a time, so each value was run once for each seed, with the seed edited."
  }

  /// The seeds in the names of repeated runs.
  private var usedSeeds: [String] {
    analysis.baseline.arm.runs.compactMap { run in
      run.folder.split(separator: "_").count == 4 && run.folder.contains("_seed_")
        ? run.folder.split(separator: "_").last.map(String.init) : nil
    }
  }

  /// Whether values were run once for each seed.
  var isSeedEdited: Bool { rows.contains { $0.arm.runs.contains { $0.folder.contains("_seed_") } } }

  var conclusion: PaperSection {
    let answer: Prose =
      switch analysis.finding {
      case .noEffectFound:
        """
        Over the values that were run, the \(setting) does not visibly change the \(measured). Whoever uses this \
        experiment may leave it where it is, as far as these data go.
        """
      case .mixed:
        """
        The \(setting) changes the \(measured) at some of the values that were run, \(list(arms(.effect))), and at \
        \(list(arms(.noEffectFound))) no effect is found. Results with this experiment should name its value.
        """
      case .effect:
        """
        The \(setting) changes the \(measured) at every value that \
        \(analysis.failures.isEmpty ? "was run" : "gave a result"), \(list(arms(.effect))). Results with this \
        experiment should name its value.
        """
      }
    let next: Prose =
      " More seeds would come first in a longer study, then other values of the settings that were held fixed here."
    return PaperSection("Conclusion", name: "conclusion", role: .results, [.paragraph(answer + next)])
  }

  var reproducibility: PaperSection {
    var items: [Prose] = [
      """
      Code: the template's files have the digest \(code: String(codeDigest.prefix(12))) (SHA-256, first digits). Each \
      run keeps its own copy of the edited source beside its results in the folders \(code: "run_0") (baseline) to \
      \(code: "run_\(study.values.count)").
      """
    ]
    let byName = numbers.settings.sorted { $0.name.hasSuffix("seeds") && !$1.name.hasSuffix("seeds") }
    if let seeds = byName.first(where: { $0.name.lowercased().contains("seed") }) {
      let used = usedSeeds.isEmpty ? [seeds.value] : [seeds.value] + usedSeeds
      items.append("Seeds: \(code: "\(seeds.name) = \(Naming.list(used))"), the same for every value.")
    }
    if !requirements.isEmpty {
      let named = Naming.list(requirements.map { $0.split(separator: "==").joined(separator: " ") })
      items.append(
        """
        Packages: \(named); arrays by NumPy \(cite: "harris2020array"), figures by Matplotlib \
        \(cite: "hunter2007matplotlib").
        """)
    } else {
      items.append(
        "Packages: the template lists none. Figures are drawn by Matplotlib \(cite: "hunter2007matplotlib").")
    }
    if hasUnprintable {
      items.append("Characters of the template's texts that the paper's fonts lack are shown as □.")
    }
    items.append(
      """
      Numbers: each number in the results has a name, the files that it comes from and its derivation in the file of \
      claims that goes with this paper; all were computed a second time from those files before the paper was set.
      """)
    items.append("Cost: all stages up to the writing of this paper had cost \(material.cost.description).")
    return PaperSection("Reproducibility", name: "reproducibility", role: .background, [.list(items)])
  }

  var appendices: [PaperSection] {
    var sections: [PaperSection] = []
    if !options.showsSeedsInResults {
      sections.append(
        PaperSection(
          "Values of the Single Seeds", name: "seedvalues", role: .results,
          [.paragraph("\(table: "seeds") gives the values behind \(table: "main")."), .table(SeedTable.table(self))]))
    }
    let problems = rows.flatMap { row in
      row.arm.problems.map { problem in (row.arm.value.map(Naming.value) ?? "baseline", problem) }
    }
    if !problems.isEmpty {
      let lines = problems.map { value, problem -> Prose in
        "\(setting.firstCapital) \(value): “\(PaperDraft.harmless(problem))”"
      }
      sections.append(
        PaperSection(
          "Failed Runs", name: "failures", role: .background,
          [.paragraph("What the runs that failed left as their last words:"), .list(lines)]))
    }
    return sections
  }

  /// Untrusted output, cut, on one line, in characters that the paper's fonts have.
  static func harmless(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return LaTeXText.replacingUnprintable(in: line.count > 300 ? String(line.prefix(299)) + "…" : line)
  }
}
