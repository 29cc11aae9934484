internal import ExperimentTemplates
internal import PaperModel
internal import Roles
internal import Studies
internal import Typesetting

extension PaperDraft {
  var resultsSection: PaperSection {
    var blocks: [PaperSection.Block] = [.paragraph(overview), .table(mainTable)]
    if let figure = figure("effect.pdf", named: "effect") { blocks.append(.figure(figure)) }
    blocks += findings.map { .paragraph($0) }
    if let figure = figure("curves.pdf", named: "curves") {
      blocks += [.paragraph(curvesParagraph), .figure(figure)]
    }
    if options.showsSeedsInResults { blocks.append(.table(SeedTable.table(self))) }
    if results.metrics.count > 1, self.rows.count < 20, !options.isShort {
      blocks += [.paragraph(otherMetrics), .table(metricsTable)]
    }
    return PaperSection("Results", name: "results", role: .results, blocks)
  }

  private func figure(_ file: String, named name: String) -> PaperFigure? {
    material.figures.figures.first { $0.file == file }.map { figure in
      PaperFigure(
        name: name, file: figure.file, blob: figure.blob, caption: Prose(text: figure.caption),
        width: options.isCompact ? 0.85 : 1)
    }
  }

  /// Whether the numbers of the main table leave little room beside them.
  private var hasLongNumbers: Bool {
    let format = numbers.format(results.primary.name)
    return format.decimals > 3 || format.isScientific
  }

  private var overview: Prose {
    let shown: Prose = figure("effect.pdf", named: "effect") == nil ? "" : " and \(figure: "effect")"
    let opening: Prose = """
      \(table: "main")\(shown) \(shown.isEmpty ? "gives" : "give") the \(measured) for every value. At the baseline, \
      \(setting) \(value(0)), the mean over \(seedCount) seeds is \(mean(0)). \

      """
    return opening + shortFinding
  }

  private var mainTable: PaperTable {
    let rows = rows.enumerated().map { arm, row -> [Prose] in
      guard row.sample != nil else {
        return ["\(value(arm))", "–", "–", "–", "–", "failed"]
      }
      let own: Prose = """
        [\(number(.statistic(arm, metric: 0, .low))), \(number(.statistic(arm, metric: 0, .high)))]
        """
      guard row.comparison != nil else { return ["\(value(arm))", mean(arm), own, "–", "–", "baseline"] }
      let verdict = row.verdict == .effect ? "effect (\(judgement(arm)))" : "no effect found"
      return [
        "\(value(arm))", mean(arm), own, number(.difference(arm, .estimate)), interval(arm), Prose(text: verdict),
      ]
    }
    return PaperTable(
      name: "main",
      caption: """
        \(measured.firstCapital) for each \(setting): mean over \(seedCount) seeds with its 95% interval, difference \
        to the baseline with its \(number(.level))% interval, and what follows by the rule of \(section: "method").
        """,
      columns: [
        .init(Prose(text: setting.firstCapital)), .init("Mean", .right), .init("95% interval", .center),
        .init("Difference", .right), .init("Interval", .center),
        .init("Finding", hasLongNumbers || options.isCompact ? .wrapped(width: 0.19) : .left),
      ], rows: rows, ruledRows: [0])
  }

  /// The findings in words, one paragraph each.
  private var findings: [Prose] {
    [effectsParagraph, nullsParagraph, shapeParagraph, failuresParagraph].compactMap { $0 }
  }

  private var effectsParagraph: Prose? {
    let effects = arms(.effect)
    guard !effects.isEmpty else { return nil }
    let items = effects.map { arm -> Prose in
      let direction = (rows[arm].comparison?.difference ?? 0) < 0 ? "lower" : "higher"
      let better = analysis.isBetter(rows[arm]).map { $0 ? ", which is better" : ", which is worse" } ?? ""
      return """
        At \(value(arm)) the mean is \(mean(arm)), \(direction) than at the baseline (difference \
        \(number(.difference(arm, .estimate))), interval \(interval(arm)))\(better).
        """
    }
    return items.dropFirst().reduce(items[0]) { $0 + " " + $1 }
  }

  private var nullsParagraph: Prose? {
    let nulls = arms(.noEffectFound)
    guard !nulls.isEmpty else { return nil }
    let identical = rows.indices.dropFirst().filter { arm in
      analysis.identical.contains { $0.arm.value == rows[arm].arm.value }
    }
    if identical.count == nulls.count {
      return """
        At \(list(nulls)) all metrics agree with the baseline's seed by seed, to the last digit. At the other settings \
        of this experiment, \(code: study.setting) does not seem to take part in the computation at all.
        """
    }
    let items = nulls.map { arm -> Prose in
      "\(number(.difference(arm, .estimate))) \(interval(arm)) at \(value(arm))"
    }
    let listed = items.enumerated().reduce(into: Prose("")) { text, item in
      if item.offset > 0 { text += Prose(text: item.offset == items.count - 1 ? " and " : ", ") }
      text += item.element
    }
    let differences = nulls.count == 1 ? "difference to the baseline is" : "differences to the baseline are"
    return """
      At \(list(nulls)) no effect is found. The \(differences) \(listed). What these data leave open \
      is an effect of up to \(number(.bound)) in either direction; a smaller one would need more seeds to be seen.
      """
  }

  private var curvesParagraph: Prose {
    """
    \(figure: "curves") shows how training went. The bands reach from the lowest to the highest seed, so where bands \
    of two values part, all seeds agree on the order.
    """
  }

  private var failuresParagraph: Prose? {
    let failed = arms(.failed)
    guard !failed.isEmpty else { return nil }
    return """
      \(failed.count > 1 ? "The values" : "The value") \(list(failed)) gave no result: \
      \(failed.count > 1 ? "their runs" : "its run") failed (\(section: "failures")). \
      \(failed.count > 1 ? "They are" : "It is") counted as \(failed.count > 1 ? "comparisons" : "a comparison") that \
      could not be made, and nothing is concluded from \(failed.count > 1 ? "them" : "it").
      """
  }
}
