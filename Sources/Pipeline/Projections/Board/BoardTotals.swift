internal import PaperModel

/// Counts of the papers of one campaign.
public struct BoardTotals: Sendable, Hashable, Codable {
  /// Papers that have ended, wait or are queued, by state; papers that workers hold are not counted here.
  public private(set) var standings: [String: Int] = [:]
  /// Papers that workers hold, according to their journals.
  public private(set) var inHand = 0
  /// Papers that have not ended, by stage.
  public private(set) var stages: [String: Int] = [:]
  /// Their money by kind of step, runs included.
  public private(set) var sums = KindSums()
  public private(set) var papers = 0

  public init() {}

  /// Adds (1) or subtracts (-1) a paper.
  mutating func count(_ row: BoardRow, _ sign: Int) {
    papers += sign
    sums.add(row.ledger, sign)
    if row.end == nil { stages[row.stage.rawValue, default: 0] += sign }
    if row.end == nil, row.claim != nil {
      inHand += sign
    } else {
      standings[row.standing { _ in false }.rawValue, default: 0] += sign
    }
  }

  /// Their money, runs included.
  public var amounts: Amounts { sums.amounts }
  /// Whether every paper is done.
  public var isDone: Bool { standings[Standing.done.rawValue] ?? 0 == papers }
  /// Whether all papers have ended.
  public var isOver: Bool { stages.values.allSatisfy { $0 == 0 } }
}
