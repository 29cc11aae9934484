import Log
import MessageLog
import Operations
import PaperModel
import Projections

/// The activity as JSON: one line for each refresh.
struct TopDocument: Codable {
  struct Campaign: Codable {
    let name: String
    let stages: [String: Int]
    let states: [String: Int]
    let runs: Int
    let costNanodollars: Int64
    let heldNanodollars: Int64
    let uncertainNanodollars: Int64
    let capNanodollars: Int64
    /// `paused`, `running`, `done`, `dead` or `cancelled`.
    let state: String
    let paused: Bool
    let over: Bool
  }

  struct Worker: Codable {
    struct Hold: Codable {
      let stream: String
      let stage: String
      let seconds: Double
    }
    let name: String
    let alive: Bool
    let holds: [Hold]
  }

  let at: String
  let campaigns: [Campaign]
  let workers: [Worker]
  let runs: Int
  /// On a cluster, the number of unfinished messages by stage, for runs by device.
  let unfinished: [String: Int64]?
  let papersPerHour: Double
  let costNanodollarsPerMinute: Int64
  let windowSeconds: Double

  init(_ report: ActivityReport) {
    at = Timestamp.text(microseconds: report.atMicroseconds)
    campaigns = report.campaigns.map { campaign in
      Campaign(
        name: campaign.stream.name,
        stages: Dictionary(uniqueKeysWithValues: campaign.stages.map { ($0.key.rawValue, $0.value) }),
        states: Dictionary(uniqueKeysWithValues: campaign.standings.map { ($0.key.rawValue, $0.value) }),
        runs: campaign.runs, costNanodollars: campaign.amounts.settled.nanodollars,
        heldNanodollars: campaign.amounts.held.nanodollars,
        uncertainNanodollars: campaign.amounts.uncertain.nanodollars, capNanodollars: campaign.cap.nanodollars,
        state: campaign.state,
        paused: campaign.isPaused, over: campaign.isOver)
    }
    workers = report.workers.map { worker in
      Worker(
        name: worker.worker.name, alive: worker.isAlive,
        holds: worker.holds.map { .init(stream: $0.stream.description, stage: $0.stage.rawValue, seconds: $0.seconds) })
    }
    runs = report.campaigns.reduce(0) { $0 + $1.runs }
    unfinished = report.unfinished.map { unfinished in
      Dictionary(uniqueKeysWithValues: unfinished.map { ($0.key.shownStage, $0.value) })
    }
    papersPerHour = report.papersPerHour
    costNanodollarsPerMinute = report.costPerMinute.nanodollars
    windowSeconds = report.windowSeconds
  }
}

/// The activity as text.
enum TopText {
  /// - Parameter width: the columns of the screen; nil for no limit.
  static func text(_ report: ActivityReport, width: Int? = nil) -> String {
    let width = width ?? 10_000
    var lines = Lines()
    let alive = report.workers.count { $0.isAlive }
    let runs = report.campaigns.reduce(0) { $0 + $1.runs }
    lines.wrapped(
      "\(Lines.time(report.atMicroseconds)) UTC  \(alive) \(alive == 1 ? "worker" : "workers"), "
        + "\(runs) \(runs == 1 ? "run" : "runs") going on, "
        + "\(Self.perHour(report.papersPerHour)), \(report.costPerMinute) a minute", width: width)
    lines.add("")
    if report.campaigns.isEmpty {
      lines.wrapped("No campaign is going on. `shoal top --all` shows those that are over.", width: width)
    } else {
      lines.table(campaigns(report.campaigns, width: width - 2), width: width)
    }
    if let unfinished = report.unfinished {
      lines.add("")
      lines.wrapped("Messages waiting or in hand: \(backlog(unfinished))", width: width)
    }
    if !report.workers.isEmpty {
      lines.add("")
      lines.table(workers(report.workers), width: width)
    }
    return lines.text
  }

  /// In the order of the stages. A resumed campaign, a takeover and `recover` enqueue work again that may still be
  /// there, so there can be more messages than papers and runs.
  private static func backlog(_ unfinished: [Topic: Int64]) -> String {
    let parts = Topic.allWork.compactMap { topic in
      unfinished[topic].flatMap { $0 > 0 ? "\(topic.shownStage) \($0)" : nil }
    }
    return parts.isEmpty ? "nothing" : parts.joined(separator: ", ") + " (what was enqueued again counts each time)"
  }

  private static func perHour(_ papers: Double) -> String {
    let shown = Lines.number(tenths(papers))
    return "\(shown) \(shown == "1" ? "paper" : "papers") an hour"
  }

  private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  /// With a column for each stage where all of them fit, otherwise with the number of open papers.
  private static func campaigns(_ campaigns: [ActivityReport.Campaign], width: Int) -> TextTable {
    let stages = StageGraph.ofPaper
    let wide = table(campaigns, stages.map { stage in (stage.rawValue.uppercased(), { $0.stages[stage] }) })
    guard stages.contains(where: { wide.leavesOut($0.rawValue.uppercased(), width: width) }) else { return wide }
    return table(campaigns, [("OPEN", { campaign in stages.reduce(0) { $0 + (campaign.stages[$1] ?? 0) } })])
  }

  private static func table(
    _ campaigns: [ActivityReport.Campaign], _ counts: [(title: String, count: (ActivityReport.Campaign) -> Int?)]
  ) -> TextTable {
    let isOne = counts.count == 1
    var table = TextTable(
      [.init(title: "CAMPAIGN", mayShrink: true)]
        + counts.map { .init(title: $0.title, isNumber: true, mayBeLeftOut: !isOne) }
        + [
          .init(title: "RUNS", isNumber: true), .init(title: "DONE", isNumber: true),
          .init(title: "DEAD", isNumber: true), .init(title: "COST", isMoney: true),
          .init(title: "HELD", isMoney: true, mayBeLeftOut: isOne), .init(title: "OF", isMoney: true),
        ])
    func shown(_ count: Int?) -> String { count.map { $0 == 0 ? "-" : "\($0)" } ?? "-" }
    for campaign in campaigns {
      table.add(
        [shownName(campaign)] + counts.map { shown($0.count(campaign)) } + [
          shown(campaign.runs), shown(campaign.standings[.done]), shown(campaign.standings.givenUp),
          "\(campaign.amounts.settled)", "\(campaign.amounts.held)", "\(campaign.cap)",
        ])
    }
    return table
  }

  /// The name, and the state if it says more than the counts do.
  private static func shownName(_ campaign: ActivityReport.Campaign) -> String {
    ["paused", "dead", "cancelled", "damaged"].contains(campaign.state)
      ? "\(campaign.stream.name) (\(campaign.state))" : campaign.stream.name
  }

  private static func workers(_ workers: [ActivityReport.Worker]) -> TextTable {
    var table = TextTable([.init(title: "WORKER"), .init(title: "STATE"), .init(title: "HAS IN HAND", mayShrink: true)])
    for worker in workers {
      let holds = worker.holds.prefix(4).map { hold in
        let stage = hold.stream.kind == .run ? "" : " \(hold.stage.rawValue)"
        return "\(hold.stream.name)\(stage) \(Report.time(hold.seconds))"
      }
      let more = worker.holds.count > 4 ? ["and \(worker.holds.count - 4) more"] : []
      let state = worker.isAlive ? worker.holds.isEmpty ? "idle" : "works" : "lost"
      table.add([worker.worker.name, state, (holds + more).joined(separator: ", ")])
    }
    return table
  }
}

extension Topic {
  /// The stage of a work topic, and the device for runs: `design`, `run.cpu`.
  fileprivate var shownStage: String { name.hasPrefix("work.") ? String(name.dropFirst(5)) : name }
}

extension [Standing: Int] {
  /// How many papers are dead or damaged; nil if none is.
  fileprivate var givenUp: Int? {
    let count = (self[.dead] ?? 0) + (self[.damaged] ?? 0)
    return count > 0 ? count : nil
  }
}
