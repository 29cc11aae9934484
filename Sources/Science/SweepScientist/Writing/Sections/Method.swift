internal import ExperimentTemplates
internal import PaperModel
internal import Studies
internal import Typesetting

extension PaperDraft {
  var method: PaperSection {
    PaperSection(
      "Method", name: "method", role: .background,
      [
        .paragraph(design), .paragraph(measurement), .paragraph(estimation),
        .formula("\\Delta_v = \\bar{y}_v - \\bar{y}_0"),
        .paragraph(rule),
      ])
  }

  private var design: Prose {
    """
    The design has one factor. For each value, the one literal that sets \(code: study.setting) is replaced in the \
    source of the experiment, and a parser confirms that the edited source differs from the original in that literal \
    only\(isSeedEdited ? ", apart from its seed" : ""). The baseline is run again under the same conditions as the \
    values: the same machine kind, time limit, budget and seeds. Nothing is tuned, no run is dropped, and no run is \
    repeated because of its result.
    """
  }

  private var measurement: Prose {
    let chosen: Prose =
      reading.metrics.contains { $0.name == results.primary.name }
      ? "It is the metric that the template names first"
      : "The template names no primary metric, so it was chosen by its name from those that the baseline reports"
    let direction: Prose =
      results.primary.better.map { "; a \($0.rawValue) value is better" } ?? "; neither direction is taken as better"
    return """
      The primary metric is \(code: results.primary.name), the \(measured)\(direction). \(chosen), before any value \
      was run. All decisions rest on it alone; other metrics are reported for orientation and are not tested.
      """
  }

  private var estimation: Prose {
    """
    For a value \(math: "v"), let \(math: "\\bar{y}_v") be the mean over the seeds, and \(math: "\\bar{y}_0") that \
    of the baseline. The quantity of interest is the difference
    """
  }

  private var rule: Prose {
    let count = study.values.count
    let correction: Prose =
      count == 1
      ? "There is one comparison, so no correction is needed."
      : """
      There are \(Naming.count(count)) comparisons with one baseline, so the nominal level of each is raised to \
      \(math: "1 - 0.05/\(count)") (Bonferroni).
      """
    return """
      Its interval is a percentile bootstrap interval \(cite: "efron1979bootstrap", "efron1993introduction"): the \
      seeds of both sides are resampled with replacement 10,000 times, independently of each other, by a generator \
      whose seed follows from the name of the study. \(correction) We speak of an \(emphasis: "effect") only where the \
      interval excludes zero, and otherwise of \(emphasis: "no effect found"), never of “no effect”. Intervals of \
      single means are at 95%. These levels are nominal: with few seeds such intervals are too narrow, so chance \
      alone leads to an “effect” more often than they suggest (\(section: "limitations")).
      """
  }
}
