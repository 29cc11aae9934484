internal import ExperimentTemplates
internal import PaperModel
internal import Studies
internal import Typesetting

extension PaperDraft {
  /// The shape of the means along the values, if these are numbers and there are at least two beside the baseline.
  var shapeParagraph: Prose? {
    let ordered = ArmOrder.ordered(analysis, study).filter { $0.sample != nil }
    guard ordered.count >= 3, Double(Naming.value(study.baseline)) != nil, analysis.finding != .noEffectFound else {
      return ceilingParagraph
    }
    let means = ordered.compactMap { $0.sample?.mean }
    let steps = zip(means, means.dropFirst()).map { $1 - $0 }
    let shape: Prose
    if steps.allSatisfy({ $0 >= 0 }) {
      shape = "Over the values that ran, the mean rises with the \(setting) throughout."
    } else if steps.allSatisfy({ $0 <= 0 }) {
      shape = "Over the values that ran, the mean falls with the \(setting) throughout."
    } else {
      let best = results.primary.better == .higher ? means.max() : means.min()
      let arm = rows.indices.first { rows[$0].sample?.mean == best } ?? 0
      let word = results.primary.better == .higher ? "highest" : "lowest"
      shape = "The mean does not move in one direction only: it is \(word) at \(value(arm))."
    }
    return shape + " This describes the means and is not tested." + (ceilingParagraph.map { " " + $0 } ?? "")
  }

  /// Values for which every seed reached the limit of a budget setting, so that the true value may lie beyond.
  private var ceilingParagraph: Prose? {
    let budgets = numbers.settings.filter { SettingInterest.isBudget($0.name) }
    for budget in budgets {
      guard let index = numbers.settings.firstIndex(where: { $0.name == budget.name }) else { continue }
      guard let limit = Double(budget.value) else { continue }
      let stuck = rows.indices.filter { rows[$0].sample?.values.contains(limit) ?? false }
      guard !stuck.isEmpty, results.primary.unit == "steps" || results.primary.unit == "epochs" else { continue }
      let all = stuck.filter { rows[$0].sample?.values.allSatisfy { $0 == limit } ?? false }
      let who: Prose =
        all == stuck ? "At \(list(stuck)), every seed" : "At \(list(stuck)), at least one seed"
      return """
        \(who) ends at the whole budget of \(number(.setting(index))) (\(code: budget.name)): such a value is a \
        lower bound, and means and differences with it understate the distance.
        """
    }
    return nil
  }

  var otherMetrics: Prose {
    """
    \(table: "metrics") gives the means of all metrics that the experiment reports. They were not tested, and with so \
    many numbers some will differ by chance.
    """
  }

  var metricsTable: PaperTable {
    let lines = results.metrics.enumerated().map { index, metric -> [Prose] in
      let name = PaperWords.measured(metric).firstCapital
      let cells = rows.indices.map { arm -> Prose in
        let claim = ClaimName.statistic(arm, metric: index, .mean)
        return numbers.printed(claim) == nil ? "–" : number(claim)
      }
      return [Prose(text: name)] + cells
    }
    let headers = self.rows.indices.map { arm in PaperTable.Column("\(value(arm))", .right) }
    return PaperTable(
      name: "metrics",
      caption: "Means over seeds of all metrics, for each \(setting); \(value(0)) is the baseline.",
      columns: [.init("Metric", .wrapped(width: options.isCompact ? 0.36 : 0.46))] + headers, rows: lines,
      ruledRows: [0])
  }
}

/// The values of the single seeds.
enum SeedTable {
  /// The most seeds that are shown.
  static let mostSeeds = 8

  static func table(_ draft: PaperDraft) -> PaperTable {
    let seeds = min(mostSeeds, draft.rows.compactMap { $0.sample?.values.count }.max() ?? 0)
    let names = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]
    let rows = draft.rows.enumerated().map { arm, row -> [Prose] in
      let cells = (0..<seeds).map { seed -> Prose in
        let claim = ClaimName.seed(arm, metric: 0, seed)
        return draft.numbers.printed(claim) == nil ? "–" : draft.number(claim)
      }
      let deviation = ClaimName.statistic(arm, metric: 0, .standardDeviation)
      let last = draft.numbers.printed(deviation) == nil ? "–" : draft.number(deviation)
      return [draft.value(arm)] + cells + [last]
    }
    let columns =
      [PaperTable.Column(Prose(text: draft.setting.firstCapital))]
      + names.prefix(seeds).map { .init(Prose(text: "\($0.firstCapital) seed"), .right) }
      + [.init("Std. deviation", .right)]
    return PaperTable(
      name: "seeds", caption: "\(draft.measured.firstCapital): the value of every seed, in the order of the seeds.",
      columns: columns, rows: rows, ruledRows: [0])
  }
}
