import CommandTable
import Operations
import PaperModel

/// Papers as a table, and as the JSON that programs read.
enum PaperTable {
  /// `status --json`.
  struct Document: Codable {
    let papers: [Paper]

    struct Paper: Codable {
      let id: String
      let title: String
      let campaign: String
      let stage: String
      let state: String
      let score: Int?
      let costNanodollars: Int64
      let seconds: Double
      let pdf: String?

      enum CodingKeys: String, CodingKey {
        case id, title, campaign, stage, state, score, costNanodollars, seconds, pdf
      }

      /// Keys are there also where their value is null.
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(title, forKey: .title)
        try container.encode(campaign, forKey: .campaign)
        try container.encode(stage, forKey: .stage)
        try container.encode(state, forKey: .state)
        try container.encode(score, forKey: .score)
        try container.encode(costNanodollars, forKey: .costNanodollars)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(pdf, forKey: .pdf)
      }
    }
  }

  static func document(_ campaigns: [CampaignLine], _ settings: Settings) -> Document {
    Document(
      papers: campaigns.flatMap(\.papers).map { paper in
        Document.Paper(
          id: paper.stream.name, title: paper.title, campaign: paper.campaign, stage: paper.stage,
          state: paper.standing.rawValue, score: paper.score, costNanodollars: paper.cost.nanodollars,
          seconds: paper.seconds, pdf: PaperFiles.pdf(of: paper.stream, settings))
      })
  }

  static func show(
    _ campaigns: [CampaignLine], _ invocation: Invocation, _ terminal: Terminal, _ settings: Settings
  ) throws {
    if invocation.isSet("json") {
      terminal.print(try Report.json(document(campaigns, settings)))
      return
    }
    for campaign in campaigns where campaign.papers.isEmpty {
      terminal.print("\(campaign.stream.name): \(campaign.words)")
    }
    var table = TextTable([
      .init(title: "PAPER"), .init(title: "TITLE", mayShrink: true), .init(title: "STATE"),
      .init(title: "SCORE", isNumber: true), .init(title: "COST", isNumber: true), .init(title: "TIME", isNumber: true),
      .init(title: "PDF"),
    ])
    for paper in campaigns.flatMap(\.papers) {
      let state = paper.standing == .done ? "done" : "\(paper.standing.rawValue) in \(paper.stage)"
      table.add([
        paper.stream.name, paper.title, state, paper.score.map { "\($0)/10" } ?? "-", "\(paper.cost)",
        Report.time(paper.seconds), PaperFiles.pdf(of: paper.stream, settings) ?? "-",
      ])
    }
    if !table.rows.isEmpty { terminal.print(table.text(width: terminal.isInteractive ? terminal.width : 10_000)) }
    for campaign in campaigns {
      terminal.print(
        "\(campaign.stream.name) cost \(campaign.cost) of \(campaign.cap): \(campaign.ownCost) for ideas and "
          + "baseline, \(campaign.cost - campaign.ownCost) for \(campaign.papers.count) papers.")
      for paper in campaign.papers {
        if let failure = paper.failure { terminal.print("\(paper.stream.name) is dead in \(paper.stage): \(failure)") }
      }
    }
  }
}
