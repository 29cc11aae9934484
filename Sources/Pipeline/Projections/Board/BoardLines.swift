public import PaperModel

/// A paper as one line of a table.
public struct PaperLine: Sendable, Hashable {
  public let stream: StreamID
  public let title: String
  /// The campaign's name.
  public let campaign: String
  /// The current stage, or `done`.
  public let stage: String
  public let standing: Standing
  /// Why it waits, is dead or damaged, or was cancelled.
  public let reason: String?
  /// Whether it only waits for a raise of its budget.
  public let waitsForBudget: Bool
  /// The review's overall score, 1 to 10, once it is finished.
  public let score: Int?
  /// Its money, its runs' included.
  public let amounts: Amounts
  /// The most that it may cost.
  public let cap: Money
  /// From its first entry to its last.
  public let seconds: Double

  public init(_ row: BoardRow, isAlive: (WorkerID) -> Bool) {
    stream = row.stream
    title = row.title
    campaign = row.stream.campaignName
    stage = row.end == .done ? "done" : row.stage.rawValue
    standing = row.standing(isAlive)
    reason = row.end == nil ? row.waitingReason : row.reason
    waitsForBudget = row.waitsForBudget
    score = row.score
    amounts = row.ledger.amounts
    cap = row.cap
    seconds = row.seconds
  }
}

/// A campaign as one line of a table, with its papers.
public struct CampaignLine: Sendable, Hashable {
  public let stream: StreamID
  /// Microseconds since 1970.
  public let begunMicroseconds: Int64
  public let cap: Money
  /// Its own money, for ideas and the baseline, without its papers'.
  public let own: Amounts
  /// How the campaign itself ended; nil while it makes ideas.
  public let end: Standing?
  /// Why it is dead or was cancelled.
  public let reason: String?
  /// Whether the campaign itself only waits for a raise of its budget.
  public let waitsForBudget: Bool
  /// Its papers, in their order; some of them where only those were asked for.
  public let papers: [PaperLine]
  /// How many papers it has.
  public let paperCount: Int
  /// How many of its papers are in each state.
  public let standings: [Standing: Int]
  /// Its money, its papers' included.
  public let amounts: Amounts
  /// Whether it and all its papers have ended.
  public let isOver: Bool
  /// Whether it and all its papers are done.
  public let isDone: Bool

  init(_ row: BoardRow, _ totals: BoardTotals, standings: [Standing: Int], papers: [PaperLine]) {
    stream = row.stream
    begunMicroseconds = row.begunMicroseconds
    cap = row.cap
    own = row.ledger.amounts
    end = row.end
    reason = row.end == nil ? row.waitingReason : row.reason
    waitsForBudget = row.waitsForBudget
    self.papers = papers
    self.standings = standings
    paperCount = totals.papers
    amounts = own + totals.amounts
    isOver = row.end != nil && totals.isOver
    isDone = row.end == .done && totals.isDone
  }

  /// `paused`, `running`, `done`, `dead`, `cancelled` or `damaged`.
  public func state(isPaused: Bool) -> String {
    Standing.ofCampaign(end: end, isOver: isOver, isPaused: isPaused)
  }
}
