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

  /// All campaigns without their papers, the oldest first.
  public func summaries() async throws -> [CampaignSummary] {
    try await refresh()
    var summaries: [CampaignSummary] = []
    for row in try await campaignRows() {
      let totals = try await totals(of: row.stream.name)
      summaries.append(CampaignSummary(stream: row.stream, isOver: row.end != nil && totals.isOver))
    }
    return summaries
  }

  /// One campaign with its papers; nil if there is none of the name.
  public func campaign(_ stream: StreamID) async throws -> CampaignLine? {
    try await refresh()
    guard let row = try await row(stream), row.hasBegun else { return nil }
    return try await line(row, try await holders())
  }

  /// One paper; nil if no campaign opened it.
  public func paper(_ stream: StreamID) async throws -> PaperLine? {
    try await refresh()
    guard let row = try await row(stream) else { return nil }
    let alive = try await holders()
    return PaperLine(row) { alive.contains($0) }
  }

  /// The money of all campaigns, or of one campaign or paper, by what `key` names: campaigns first, then their papers.
  public func sums(
    of stream: StreamID? = nil, by key: @Sendable (BoardRow, Ledger.StepKind) -> String
  ) async throws -> [CostSum] {
    try await refresh()
    var rows: [BoardRow] = []
    switch stream?.kind {
    case .paper?: rows = [try await row(stream!)].compactMap { $0 }
    case .campaign?: rows = [try await row(stream!)].compactMap { $0 } + (try await paperRows(of: stream!))
    default:
      rows = try await campaignRows()
      rows += try await withMembers { [rows] in
        var papers: [BoardRow] = []
        for campaign in rows { papers += try await paperRows(of: campaign.stream) }
        return papers
      }
    }
    var order: [String] = []
    var sums: [String: Amounts] = [:]
    for row in rows {
      for (kind, amounts) in row.ledger.sums.sorted(by: { Self.place($0.key) < Self.place($1.key) }) {
        let name = key(row, kind)
        if sums[name] == nil { order.append(name) }
        sums[name, default: Amounts()] = (sums[name] ?? Amounts()) + amounts
      }
    }
    return order.map { CostSum(key: $0, amounts: sums[$0] ?? Amounts()) }
  }

  private static func place(_ kind: Ledger.StepKind) -> (Int, String) {
    (Stage.allCases.firstIndex(of: kind.stage) ?? 0, kind.name)
  }

  /// The current activity.
  /// - Parameters:
  ///   - paused: the paused campaigns.
  ///   - unfinished: the number of unfinished messages of each work topic; nil if that is not known.
  public func activity(
    paused: Set<StreamID>, unfinished: [Topic: Int64]? = nil
  ) async throws -> ActivityReport {
    try await refresh()
    let now = clock.nowMicroseconds
    let workers = rates.workers.union(board.inHand.values.map(\.worker))
    let alive = try await alive(workers)
    let seconds = rates.seconds(at: now)
    var campaigns: [ActivityReport.Campaign] = []
    for row in try await campaignRows() {
      let totals = try await totals(of: row.stream.name)
      campaigns.append(campaign(row, totals, isPaused: paused.contains(row.stream), alive))
    }
    return ActivityReport(
      atMicroseconds: now, campaigns: campaigns, workers: self.workers(workers, alive, now), unfinished: unfinished,
      papersPerHour: Double(rates.papers) * 3600 / seconds,
      costPerMinute: Money(nanodollars: Int64(Double(rates.spent.nanodollars) * 60 / seconds)), windowSeconds: seconds)
  }

  private func line(_ row: BoardRow, _ alive: Set<WorkerID>) async throws -> CampaignLine {
    CampaignLine(
      row, papers: try await paperRows(of: row.stream).map { paper in PaperLine(paper) { alive.contains($0) } })
  }

  private func holders() async throws -> Set<WorkerID> { try await alive(Set(board.inHand.values.map(\.worker))) }

  private func campaign(
    _ row: BoardRow, _ totals: BoardTotals, isPaused: Bool, _ alive: Set<WorkerID>
  ) -> ActivityReport.Campaign {
    var standings: [Standing: Int] = [:]
    for (name, count) in totals.standings where count > 0 { standings[Standing(rawValue: name) ?? .queued] = count }
    var running = 0
    var runs = 0
    for (name, claim) in board.inHand where alive.contains(claim.worker) {
      guard let stream = StreamID(name), stream.campaignName == row.stream.name else { continue }
      if stream.kind == .paper { running += 1 }
      if stream.kind == .run { runs += 1 }
    }
    if running > 0 { standings[.running] = running }
    // Streams of a lost worker count as queued: the next worker takes them.
    if totals.inHand > running { standings[.queued, default: 0] += totals.inHand - running }
    var stages: [Stage: Int] = [:]
    for (name, count) in totals.stages where count > 0 { stages[Stage(rawValue: name) ?? .novelty] = count }
    return ActivityReport.Campaign(
      stream: row.stream, stages: stages, standings: standings, runs: runs,
      amounts: row.ledger.amounts + totals.amounts,
      cap: row.cap, end: row.end, isPaused: isPaused, isOver: row.end != nil && totals.isOver)
  }

  private func workers(
    _ workers: Set<WorkerID>, _ alive: Set<WorkerID>, _ now: Int64
  ) -> [ActivityReport.Worker] {
    var holds: [WorkerID: [ActivityReport.Worker.Hold]] = [:]
    for (name, claim) in board.inHand {
      guard let stream = StreamID(name) else { continue }
      let seconds = Double(max(0, now - claim.atMicroseconds)) / 1_000_000
      holds[claim.worker, default: []].append(.init(stream: stream, stage: claim.stage, seconds: seconds))
    }
    return workers.sorted { $0.name < $1.name }.compactMap { worker in
      let held = holds[worker] ?? []
      guard alive.contains(worker) || !held.isEmpty else { return nil }
      return ActivityReport.Worker(
        worker: worker, isAlive: alive.contains(worker),
        holds: held.sorted { ($1.seconds, $0.stream) < ($0.seconds, $1.stream) })
    }
  }
}

/// Whether a campaign has ended.
public struct CampaignSummary: Sendable, Hashable {
  public let stream: StreamID
  /// Whether it and all its papers have ended.
  public let isOver: Bool
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
