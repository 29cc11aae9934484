import CommandTable
import Operations
import PaperModel
import Projections

/// Papers as a table, or as JSON.
enum PaperTable {
  /// - Parameter paused: the paused campaigns; nil if that is not known.
  static func show(
    _ campaigns: [CampaignLine], paused: Set<StreamID>? = nil, _ invocation: Invocation, _ terminal: Terminal,
    _ settings: Settings
  ) throws {
    if invocation.isSet("json") {
      let document = StatusDocument(campaigns, paused: paused) { PaperFiles.pdf(of: $0, settings) }
      terminal.print(try Report.json(document))
      return
    }
    guard !campaigns.isEmpty else { return }
    terminal.print(text(campaigns, settings, width: terminal.isInteractive ? terminal.width : nil))
  }

  /// - Parameter width: the columns of the screen; nil for no limit.
  static func text(_ campaigns: [CampaignLine], _ settings: Settings, width: Int?) -> String {
    let most = width ?? 10_000
    var lines = Lines()
    func say(_ text: String) { lines.wrapped(text, width: most) }
    for campaign in campaigns where campaign.paperCount == 0 { say(sentence(campaign)) }
    let table = table(campaigns.flatMap(\.papers), settings)
    if !table.rows.isEmpty {
      lines.add(table.text(width: most))
      let hasPDF = table.rows.contains { $0.last != "-" }
      // A path is not wrapped: it is copied as a whole.
      if hasPDF, table.leavesOut("PDF", width: most) { lines.add("PDFs: \(settings.data)/papers") }
    }
    // On a cluster another machine may have written it, or none.
    if let paper = campaigns.flatMap(\.papers).first(where: {
      $0.standing == .done && PaperFiles.pdf(of: $0.stream, settings) == nil
    }) {
      say("PDFs that are not on this machine are fetched one by one: `shoal open \(paper.stream.name)`.")
    }
    for campaign in campaigns {
      if campaign.end == .damaged, !campaign.papers.isEmpty { say(sentence(campaign)) }
      say(money(campaign))
      for paper in campaign.papers {
        guard let reason = paper.reason else { continue }
        switch paper.standing {
        case .dead: say("\(paper.stream.name) is dead in \(paper.stage): \(reason)")
        case .waiting: say("\(paper.stream.name) waits in \(paper.stage): \(reason)")
        case .damaged: say("\(paper.stream.name) is damaged: \(reason)")
        default: break
        }
      }
    }
    return lines.text
  }

  private static func table(_ papers: [PaperLine], _ settings: Settings) -> TextTable {
    var table = TextTable([
      .init(title: "PAPER"), .init(title: "TITLE", mayShrink: true), .init(title: "STATE"),
      .init(title: "SCORE", isNumber: true), .init(title: "COST", isMoney: true),
      .init(title: "HELD", isMoney: true, mayBeLeftOut: true), .init(title: "TIME", isNumber: true, mayBeLeftOut: true),
      .init(title: "PDF", mayBeLeftOut: true),
    ])
    for paper in papers {
      let state = paper.standing == .done ? "done" : "\(paper.standing.rawValue) in \(paper.stage)"
      table.add([
        paper.stream.name, paper.title, state, paper.score.map { "\($0)/10" } ?? "-", "\(paper.amounts.settled)",
        "\(paper.amounts.held)", Report.time(paper.seconds), PaperFiles.pdf(of: paper.stream, settings) ?? "-",
      ])
    }
    return table
  }

  /// The state of a campaign without papers.
  private static func sentence(_ campaign: CampaignLine) -> String {
    let name = campaign.stream.name
    return switch campaign.end {
    case .done?: "\(name): done, without papers"
    case .dead?: "\(name): dead: \(campaign.reason ?? "") `shoal cancel \(name)` removes it from this list."
    case let end?: "\(name): \(end.rawValue): \(campaign.reason ?? "")"
    case nil: "\(name): its ideas are still to come" + (campaign.reason.map { "; \($0)" } ?? "")
    }
  }

  private static func money(_ campaign: CampaignLine) -> String {
    let amounts = campaign.amounts
    let count = campaign.paperCount
    let held = amounts.held > .zero ? " and holds \(amounts.held)" : ""
    return "\(campaign.stream.name) cost \(amounts.settled)\(held) of \(campaign.cap): \(campaign.own.settled) for "
      + "ideas and baseline, \(amounts.settled - campaign.own.settled) for \(count) \(count == 1 ? "paper" : "papers")."
  }
}
