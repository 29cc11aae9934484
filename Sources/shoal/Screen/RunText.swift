import Operations
import PaperModel

/// A run as text.
enum RunText {
  /// Adds a line for the run, and its metrics below it.
  static func add(_ run: RunDetail, to lines: inout Lines) {
    lines.add("  \(run.id)  \(run.label)  \(run.state), \(Report.time(run.seconds)), \(Self.money(run))")
    if let problem = run.problem { lines.add("    \(problem)") }
    for metric in run.metrics { lines.add("    \(words(metric))") }
  }

  private static func money(_ run: RunDetail) -> String {
    run.held.nanodollars > 0 ? "\(run.cost), \(run.held) held" : "\(run.cost)"
  }

  /// `toy.loss = 2.5 ± 0.25 nats (standard error)`
  static func words(_ metric: RunDetail.Metric) -> String {
    let error = metric.standardError.map { " ± \(Lines.number($0))" } ?? ""
    let unit = metric.unit.map { " \($0)" } ?? ""
    let label = metric.standardError == nil ? "" : " (standard error)"
    return "\(metric.name) = \(Lines.number(metric.mean))\(error)\(unit)\(label)"
  }

  static func text(_ report: RunReport) -> String {
    var lines = Lines()
    lines.add("\(report.run.id): \(report.run.label)")
    lines.pairs([
      ("state", report.run.state), ("why", report.run.problem), ("asked by", report.askedBy),
      ("campaign", report.campaign), ("cost", "\(money(report.run)) of \(report.cap)"),
      ("time", Report.time(report.run.seconds)),
    ])
    if !report.run.metrics.isEmpty {
      lines.heading("Measured")
      for metric in report.run.metrics { lines.add("  \(words(metric))") }
    }
    if !report.files.isEmpty {
      lines.heading("Files")
      for file in report.files { lines.add("  \(file)") }
    }
    if !report.findings.isEmpty {
      lines.heading("Refused")
      for finding in report.findings { lines.add("  \(finding)") }
    }
    if !report.outputTail.isEmpty {
      lines.heading("The end of its output")
      for line in report.outputTail.split(separator: "\n", omittingEmptySubsequences: false) { lines.add("  \(line)") }
    }
    return lines.text
  }
}
