import Operations
import PaperModel

/// A paper in detail, as text.
enum PaperText {
  static func text(_ paper: PaperDetail, pdf: String?) -> String {
    var lines = Lines()
    lines.add("\(paper.id): \(paper.title)")
    lines.pairs([
      ("state", paper.state == "done" ? "done" : "\(paper.state) in \(paper.stage)"), ("why", paper.reason),
      ("campaign", paper.campaign), ("cost", "\(paper.cost) of \(paper.cap), \(paper.held) held"), ("pdf", pdf),
    ])
    lines.heading("Idea")
    lines.pairs([
      ("name", paper.idea.name), ("question", paper.idea.question), ("experiment", paper.idea.experiment),
      (
        "study",
        paper.idea.study.map { "\($0.setting) = \($0.values.joined(separator: ", ")); baseline \($0.baseline)" }
      ),
    ])
    if !paper.stages.isEmpty {
      lines.heading("Stages (UTC)")
      lines.table(stages(paper.stages))
    }
    if !paper.runs.isEmpty {
      lines.heading("Runs")
      for run in paper.runs { RunText.add(run, to: &lines) }
    }
    if let review = paper.review { ReviewText.add(review, revision: paper.revision, to: &lines) }
    if !paper.troubles.isEmpty {
      lines.heading("What went wrong (UTC)")
      for trouble in paper.troubles { lines.add("  \(Lines.time(trouble.atMicroseconds))  \(trouble.words)") }
    }
    if !paper.costs.isEmpty {
      lines.heading("Cost")
      lines.table(costs(paper.costs))
    }
    return lines.text
  }

  private static func stages(_ stages: [StageTimes.Line]) -> TextTable {
    var table = TextTable([
      .init(title: "STAGE"), .init(title: "BEGUN"), .init(title: "FINISHED"), .init(title: "TIME", isNumber: true),
      .init(title: "TAKEN", isNumber: true),
    ])
    for line in stages {
      let time = line.finishedMicroseconds.map { Report.time(Double($0 - line.begunMicroseconds) / 1_000_000) }
      table.add([
        line.stage.rawValue, Lines.time(line.begunMicroseconds), line.finishedMicroseconds.map(Lines.time) ?? "-",
        time ?? "-", "\(line.claims)×",
      ])
    }
    return table
  }

  private static func costs(_ costs: [PaperDetail.StageCost]) -> TextTable {
    var table = TextTable([
      .init(title: "STAGE"), .init(title: "SPENT", isMoney: true), .init(title: "HELD", isMoney: true),
    ])
    for cost in costs { table.add([cost.stage, "\(cost.settled)", "\(cost.held)"]) }
    return table
  }
}
