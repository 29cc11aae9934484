public import MessageLog
public import PaperModel

extension Board {
  /// All campaigns with their papers, the oldest first.
  public func campaigns() async throws -> [CampaignLine] {
    try await refresh()
    let alive = try await holders()
    return try await withMembers {
      var lines: [CampaignLine] = []
      for row in try await campaignRows() { lines.append(try await line(row, alive)) }
      return lines
    }
  }

  /// All campaigns, by name.
  public func campaignNames() async throws -> [StreamID] {
    try await refresh()
    return try await campaignKeys().sorted()
  }

  /// The campaigns that are not over, the oldest first.
  public func openCampaigns() async throws -> [StreamID] {
    try await refresh()
    return try await openCampaignRows().map(\.stream)
  }

  /// One campaign with its papers; nil if there is none of the name.
  /// - Parameter papers: the numbers of the papers that are wanted, from 1; nil for all.
  public func campaign(_ stream: StreamID, papers: ClosedRange<Int>? = nil) async throws -> CampaignLine? {
    try await refresh()
    guard let row = try await row(stream), row.hasBegun else { return nil }
    return try await line(row, try await holders(), papers)
  }

  /// One paper; nil if no campaign opened it.
  public func paper(_ stream: StreamID) async throws -> PaperLine? {
    try await refresh()
    guard let row = try await row(stream) else { return nil }
    let alive = try await holders()
    return PaperLine(row) { alive.contains($0) }
  }

  /// The money of all campaigns, or of one campaign or paper. By stage or step, that of all is kept as sums; otherwise
  /// campaigns come first, then their papers.
  public func sums(of stream: StreamID? = nil, by group: CostGroup) async throws -> [CostSum] {
    try await refresh()
    var sums = CostSums()
    if stream == nil, let name = group.name {
      for sum in Self.ordered(board.sums.all) { sums.add(name(sum.kind), sum.amounts) }
      return sums.all
    }
    let row: BoardRow? = if let stream { try await self.row(stream) } else { nil }
    let rows = stream == nil ? try await campaignRows() : [row].compactMap { $0 }
    for row in rows { add(row, to: &sums, by: group) }
    let campaigns = rows.map(\.stream).filter { $0.kind == .campaign }
    if group == .paper {
      try await withMembers {
        for campaign in campaigns {
          for row in try await paperRows(of: campaign) { add(row, to: &sums, by: group) }
        }
      }
    } else {
      for campaign in campaigns {
        for sum in Self.ordered(try await totals(of: campaign.name).sums.all) {
          sums.add(group.key(campaign, sum.kind), sum.amounts)
        }
      }
    }
    return sums.all
  }

  private func add(_ row: BoardRow, to sums: inout CostSums, by group: CostGroup) {
    for sum in Self.ordered(row.ledger) { sums.add(group.key(row.stream, sum.kind), sum.amounts) }
  }

  private static func ordered(_ ledger: Ledger) -> [Ledger.KindSum] {
    ordered(ledger.sums.map { Ledger.KindSum(kind: $0.key, amounts: $0.value) })
  }

  private static func ordered(_ sums: [Ledger.KindSum]) -> [Ledger.KindSum] {
    sums.sorted { place($0.kind) < place($1.kind) }
  }

  private static func place(_ kind: Ledger.StepKind) -> (Int, String) {
    (Stage.allCases.firstIndex(of: kind.stage) ?? 0, kind.name)
  }

  /// The current activity.
  /// - Parameters:
  ///   - paused: the paused campaigns.
  ///   - unfinished: the number of unfinished messages of each work topic; nil if that is not known.
  ///   - isAll: whether campaigns that are over are told of too.
  public func activity(
    paused: Set<StreamID>, unfinished: [Topic: Int64]? = nil, isAll: Bool = true
  ) async throws -> ActivityReport {
    try await refresh()
    let now = clock.nowMicroseconds
    let alive = try await living().filter { !$0.isSubmitter }
    let seconds = rates.seconds(at: now)
    var campaigns: [ActivityReport.Campaign] = []
    for row in isAll ? try await campaignRows() : try await openCampaignRows() {
      let totals = try await totals(of: row.stream.name)
      campaigns.append(campaign(row, totals, isPaused: paused.contains(row.stream), alive))
    }
    return ActivityReport(
      atMicroseconds: now, campaigns: campaigns, workers: workers(alive, now), unfinished: unfinished,
      papersPerHour: Double(rates.papers) * 3600 / seconds,
      costPerMinute: Money(nanodollars: Int64(min(Double(rates.spent.nanodollars) * 60 / seconds, 9e18))),
      windowSeconds: seconds)
  }

  private func line(
    _ row: BoardRow, _ alive: Set<WorkerID>, _ papers: ClosedRange<Int>? = nil
  ) async throws -> CampaignLine {
    let totals = try await totals(of: row.stream.name)
    return CampaignLine(
      row, totals, standings: standings(of: row.stream, totals, alive).counts,
      papers: try await paperRows(of: row.stream, papers).map { paper in PaperLine(paper) { alive.contains($0) } })
  }

  /// The living workers; none where nothing is in hand, so that nothing is asked for.
  private func holders() async throws -> Set<WorkerID> { board.inHand.isEmpty ? [] : try await living() }

  private struct Standings {
    var counts: [Standing: Int] = [:]
    /// Runs that a worker has.
    var runs = 0
  }

  private func standings(of campaign: StreamID, _ totals: BoardTotals, _ alive: Set<WorkerID>) -> Standings {
    var standings = Standings()
    for (name, count) in totals.standings where count > 0 {
      standings.counts[Standing(rawValue: name) ?? .queued] = count
    }
    var running = 0
    for (name, claim) in board.inHand where alive.contains(claim.worker) {
      guard let stream = StreamID(name), stream.campaignName == campaign.name else { continue }
      if stream.kind == .paper { running += 1 }
      if stream.kind == .run { standings.runs += 1 }
    }
    if running > 0 { standings.counts[.running] = running }
    // Streams of a lost worker count as queued: the next worker takes them.
    if totals.inHand > running { standings.counts[.queued, default: 0] += totals.inHand - running }
    return standings
  }

  private func campaign(
    _ row: BoardRow, _ totals: BoardTotals, isPaused: Bool, _ alive: Set<WorkerID>
  ) -> ActivityReport.Campaign {
    let standings = standings(of: row.stream, totals, alive)
    var stages: [Stage: Int] = [:]
    for (name, count) in totals.stages where count > 0 { stages[Stage(rawValue: name) ?? .novelty] = count }
    return ActivityReport.Campaign(
      stream: row.stream, stages: stages, standings: standings.counts, runs: standings.runs,
      amounts: row.ledger.amounts + totals.amounts,
      cap: row.cap, end: row.end, isPaused: isPaused, isOver: row.end != nil && totals.isOver)
  }

  /// Those that live, and the lost ones that still hold a stream.
  private func workers(_ alive: Set<WorkerID>, _ now: Int64) -> [ActivityReport.Worker] {
    var holds: [WorkerID: [ActivityReport.Worker.Hold]] = [:]
    for (name, claim) in board.inHand {
      guard let stream = StreamID(name) else { continue }
      let seconds = Double(max(0, now - claim.atMicroseconds)) / 1_000_000
      holds[claim.worker, default: []].append(.init(stream: stream, stage: claim.stage, seconds: seconds))
    }
    return alive.union(holds.keys).sorted { $0.name < $1.name }.map { worker in
      ActivityReport.Worker(
        worker: worker, isAlive: alive.contains(worker),
        holds: (holds[worker] ?? []).sorted { ($1.seconds, $0.stream) < ($0.seconds, $1.stream) })
    }
  }
}

/// What money is summed up by.
public enum CostGroup: String, Sendable, CaseIterable {
  case step, stage, paper, campaign

  /// The name of the group to which a kind of step belongs; nil where that depends on the stream.
  fileprivate var name: (@Sendable (Ledger.StepKind) -> String)? {
    switch self {
    case .step: { $0.name }
    case .stage: { $0.stage.rawValue }
    case .paper, .campaign: nil
    }
  }

  fileprivate func key(_ stream: StreamID, _ kind: Ledger.StepKind) -> String {
    switch self {
    case .paper: stream.kind == .paper ? stream.name : "\(stream.name) itself"
    case .campaign: stream.campaignName
    case .step, .stage: name?(kind) ?? ""
    }
  }
}

/// Sums in the order in which their names first appear.
private struct CostSums {
  private var order: [String] = []
  private var sums: [String: Amounts] = [:]

  mutating func add(_ name: String, _ amounts: Amounts) {
    if sums[name] == nil { order.append(name) }
    sums[name] = (sums[name] ?? Amounts()) + amounts
  }

  var all: [CostSum] { order.map { CostSum(key: $0, amounts: sums[$0] ?? Amounts()) } }
}

/// A cost and the name it is grouped under.
public struct CostSum: Sendable, Hashable {
  public let key: String
  public let amounts: Amounts

  public init(key: String, amounts: Amounts) {
    self.key = key
    self.amounts = amounts
  }
}
