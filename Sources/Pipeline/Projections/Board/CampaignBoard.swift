public import PaperModel

/// The state of campaigns and papers, and the sums over each campaign's papers, up to date after `count`. Rows that an
/// entry changes must be loaded before; a row that is not there counts as new.
public struct CampaignBoard: Projection, Sendable {
  /// The loaded campaigns and papers.
  public private(set) var rows: [StreamID: BoardRow] = [:]
  /// The sums over the papers of loaded campaigns, by campaign name.
  public private(set) var totals: [String: BoardTotals] = [:]
  /// The claim of every stream that a worker holds according to its journal, by stream name.
  public private(set) var inHand: [String: Claim] = [:]
  /// The money of all campaigns and papers, loaded or not, by kind of step.
  public private(set) var sums = KindSums()
  /// The rows and sums that changed since they were loaded.
  public private(set) var changedRows: Set<StreamID> = []
  public private(set) var changedTotals: Set<String> = []
  /// Campaigns and papers whose changes are not in the sums yet, as they were when they were last counted; nil for new
  /// ones.
  private var uncounted: [StreamID: BoardRow?] = [:]

  public init() {}

  /// The campaigns and papers whose rows an entry changes.
  public static func owners(of found: StreamEntry) -> [StreamID] {
    var owners = found.stream.owner.map { [$0] } ?? []
    if found.stream.kind == .campaign, case .stageFinished(_, _, _, let next) = found.entry.fact {
      owners += next.map(\.stream)
    }
    return owners
  }

  public mutating func load(_ row: BoardRow) { rows[row.stream] = row }
  public mutating func load(_ sums: BoardTotals, of campaign: String) { totals[campaign] = sums }
  public mutating func load(inHand claims: [String: Claim], _ sums: KindSums) {
    inHand = claims
    self.sums = sums
  }

  /// Forgets all rows, after they were saved.
  public mutating func unload() {
    rows = [:]
    totals = [:]
    changedRows = []
    changedTotals = []
  }

  public mutating func apply(_ found: StreamEntry) {
    guard let owner = found.stream.owner else { return }
    change(owner) { $0.apply(found) }
    inHand[found.stream.description] = rows[owner]?.claims[found.stream.description]
    guard found.stream.kind == .campaign, case .stageFinished(_, _, _, let next) = found.entry.fact else { return }
    for item in next where rows[item.stream]?.hasBegun != true {
      change(item.stream) { row in
        row.title = item.opening.title
        row.cap = item.opening.cap
      }
    }
  }

  /// Gives a finished paper the title and the score from its result.
  public mutating func resolve(_ paper: StreamID, title: String, score: Int) {
    change(paper) { row in
      row.title = title
      row.score = score
      row.revision = nil
    }
  }

  /// Marks a campaign or a paper whose journal is damaged.
  public mutating func setDamaged(_ stream: StreamID, _ reason: String) {
    change(stream) { $0.setDamaged(reason) }
    inHand[stream.description] = nil
  }

  /// The campaigns that were changed themselves or in their papers.
  public var changedCampaigns: Set<StreamID> {
    changedTotals.reduce(into: changedRows.filter { $0.kind == .campaign }) { campaigns, name in
      if let campaign = StreamID(.campaign, name) { campaigns.insert(campaign) }
    }
  }

  /// Brings the sums up to date. Each entry changes money, so papers are counted once for many entries.
  public mutating func count() {
    for (stream, before) in uncounted {
      let after = rows[stream]
      if let before { sums.add(before.ledger, -1) }
      if let after { sums.add(after.ledger, 1) }
      guard stream.kind == .paper else { continue }
      let campaign = stream.campaignName
      if let before { totals[campaign, default: BoardTotals()].count(before, -1) }
      if let after { totals[campaign, default: BoardTotals()].count(after, 1) }
      changedTotals.insert(campaign)
    }
    uncounted = [:]
  }

  private mutating func change(_ stream: StreamID, _ body: (inout BoardRow) -> Void) {
    if uncounted[stream] == nil { uncounted[stream] = .some(rows[stream]) }
    body(&rows[stream, default: BoardRow(stream)])
    changedRows.insert(stream)
  }

  /// Whether a campaign and all its papers are at an end; its row and sums must be loaded.
  public func isOver(_ campaign: StreamID) -> Bool {
    rows[campaign]?.end != nil && (totals[campaign.name] ?? BoardTotals()).isOver
  }
}
