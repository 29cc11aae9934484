import PaperModel
import Projections

/// The document of `status --json`.
struct StatusDocument: Codable {
  struct Paper: Codable {
    let id: String
    let title: String
    let campaign: String
    let stage: String
    let state: String
    /// Why it waits, is dead or damaged, or was cancelled.
    let reason: String?
    let score: Int?
    let costNanodollars: Int64
    let heldNanodollars: Int64
    let uncertainNanodollars: Int64
    let capNanodollars: Int64
    let seconds: Double
    let pdf: String?

    init(_ paper: PaperLine, pdf: String?) {
      id = paper.stream.name
      title = paper.title
      campaign = paper.campaign
      stage = paper.stage
      state = paper.standing.rawValue
      reason = paper.reason
      score = paper.score
      costNanodollars = paper.amounts.settled.nanodollars
      heldNanodollars = paper.amounts.held.nanodollars
      uncertainNanodollars = paper.amounts.uncertain.nanodollars
      capNanodollars = paper.cap.nanodollars
      seconds = paper.seconds
      self.pdf = pdf
    }

    /// Writes keys also if their value is null.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(title, forKey: .title)
      try container.encode(campaign, forKey: .campaign)
      try container.encode(stage, forKey: .stage)
      try container.encode(state, forKey: .state)
      try container.encode(reason, forKey: .reason)
      try container.encode(score, forKey: .score)
      try container.encode(costNanodollars, forKey: .costNanodollars)
      try container.encode(heldNanodollars, forKey: .heldNanodollars)
      try container.encode(uncertainNanodollars, forKey: .uncertainNanodollars)
      try container.encode(capNanodollars, forKey: .capNanodollars)
      try container.encode(seconds, forKey: .seconds)
      try container.encode(pdf, forKey: .pdf)
    }
  }

  struct Campaign: Codable {
    let id: String
    /// `paused`, `running`, `done`, `dead`, `cancelled` or `damaged`.
    let state: String
    let reason: String?
    /// Nil while the brokers do not answer.
    let paused: Bool?
    let begunMicroseconds: Int64
    /// The number of papers in each state.
    let papers: [String: Int]
    let costNanodollars: Int64
    let heldNanodollars: Int64
    let uncertainNanodollars: Int64
    let capNanodollars: Int64

    init(_ campaign: CampaignLine, paused: Set<StreamID>?) {
      let isPaused = paused?.contains(campaign.stream)
      id = campaign.stream.name
      state = campaign.state(isPaused: isPaused == true)
      reason = campaign.reason
      self.paused = isPaused
      begunMicroseconds = campaign.begunMicroseconds
      papers = Dictionary(uniqueKeysWithValues: campaign.standings.map { ($0.key.rawValue, $0.value) })
      let amounts = campaign.amounts
      costNanodollars = amounts.settled.nanodollars
      heldNanodollars = amounts.held.nanodollars
      uncertainNanodollars = amounts.uncertain.nanodollars
      capNanodollars = campaign.cap.nanodollars
    }

    /// Writes keys also if their value is null.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(state, forKey: .state)
      try container.encode(reason, forKey: .reason)
      try container.encode(paused, forKey: .paused)
      try container.encode(begunMicroseconds, forKey: .begunMicroseconds)
      try container.encode(papers, forKey: .papers)
      try container.encode(costNanodollars, forKey: .costNanodollars)
      try container.encode(heldNanodollars, forKey: .heldNanodollars)
      try container.encode(uncertainNanodollars, forKey: .uncertainNanodollars)
      try container.encode(capNanodollars, forKey: .capNanodollars)
    }
  }

  struct Totals: Codable {
    let campaigns: Int
    let papers: Int
    let costNanodollars: Int64
    let heldNanodollars: Int64
    let uncertainNanodollars: Int64
  }

  let papers: [Paper]
  let campaigns: [Campaign]
  let totals: Totals

  init(_ lines: [CampaignLine], paused: Set<StreamID>?, pdf: (StreamID) -> String?) {
    papers = lines.flatMap(\.papers).map { Paper($0, pdf: pdf($0.stream)) }
    campaigns = lines.map { Campaign($0, paused: paused) }
    let amounts = lines.reduce(Amounts()) { $0 + $1.amounts }
    totals = Totals(
      campaigns: lines.count, papers: lines.reduce(0) { $0 + $1.paperCount },
      costNanodollars: amounts.settled.nanodollars, heldNanodollars: amounts.held.nanodollars,
      uncertainNanodollars: amounts.uncertain.nanodollars)
  }
}
