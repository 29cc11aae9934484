public import PaperModel

/// The state of campaigns and papers, and the sums over each campaign's papers. Rows that an entry changes must be
/// loaded before; a missing row counts as new.
public struct CampaignBoard: Projection, Sendable {
  /// The loaded campaigns and papers.
  public private(set) var rows: [StreamID: BoardRow] = [:]
  /// The sums over the papers of loaded campaigns, by campaign name.
  public private(set) var totals: [String: BoardTotals] = [:]
  /// The claim of every stream that a worker holds according to its journal, by stream name.
  public private(set) var inHand: [String: Claim] = [:]
  /// The rows and sums that changed since they were loaded.
  public private(set) var changedRows: Set<StreamID> = []
  public private(set) var changedTotals: Set<String> = []

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
  public mutating func load(inHand claims: [String: Claim]) { inHand = claims }

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

  private mutating func change(_ stream: StreamID, _ body: (inout BoardRow) -> Void) {
    let known = rows[stream]
    var row = known ?? BoardRow(stream)
    body(&row)
    rows[stream] = row
    changedRows.insert(stream)
    guard stream.kind == .paper else { return }
    let campaign = stream.campaignName
    if let known { totals[campaign, default: BoardTotals()].count(known, -1) }
    totals[campaign, default: BoardTotals()].count(row, 1)
    changedTotals.insert(campaign)
  }
}
