import Journal
public import PaperModel

/// Where the lines of `status` are kept between two looks, with how far the journals were read for them.
public protocol BoardStore: Sendable {
  /// The entries of all journals after a position, in the order of their commits: each one's place and stream.
  func changes(after position: Int64, limit: Int) async throws -> [(position: Int64, stream: StreamID)]
  /// What was kept last; position 0 and no rows where nothing was.
  func load() async throws -> (position: Int64, rows: [String: [UInt8]])
  /// Keeps changed rows unless somebody has kept this position or a later one meanwhile.
  func save(position: Int64, rows: [String: [UInt8]]) async throws
}

extension Overview {
  /// All campaigns as lines, the oldest first. Only journals that grew since the last look are read.
  public func board(_ memory: any BoardStore) async throws -> [CampaignLine] {
    let kept = try await memory.load()
    var rows = kept.rows
    let (position, changed) = try await grown(memory, after: kept.position)
    var fresh: [String: [UInt8]] = [:]
    // Campaigns first: they name papers that have no journal yet.
    for stream in changed.sorted() where stream.kind == .campaign {
      for (key, bytes) in try await lines(ofCampaign: stream, isKnown: { rows[$0] != nil }) {
        fresh[key] = bytes
        rows[key] = bytes
      }
    }
    let papers = changed.filter { $0.kind == .paper }.sorted()
    let lines = try await deployment.parallel(papers, line(ofPaper:))
    for case (let paper, let bytes?) in zip(papers, lines) {
      fresh[paper.description] = bytes
      rows[paper.description] = bytes
    }
    if !fresh.isEmpty || position > kept.position { try await memory.save(position: position, rows: fresh) }
    return try await assembled(rows)
  }

  private func grown(
    _ memory: any BoardStore, after start: Int64
  ) async throws -> (position: Int64, streams: Set<StreamID>) {
    var position = start
    var streams: Set<StreamID> = []
    while true {
      let page = try await memory.changes(after: position, limit: 1000)
      guard let last = page.last else { return (position, streams) }
      position = last.position
      streams.formUnion(page.map(\.stream))
    }
  }

  @Sendable private func line(ofPaper stream: StreamID) async throws -> [UInt8]? {
    guard let paper = try await begunPaper(stream) else { return nil }
    return try CanonicalJSON.encode(PaperLine(paper))
  }

  private func lines(ofCampaign stream: StreamID, isKnown: (String) -> Bool) async throws -> [String: [UInt8]] {
    var lines: [String: [UInt8]] = [:]
    let campaign = CampaignLine(try await campaign(stream))
    lines[stream.description] = try CanonicalJSON.encode(campaign)
    for paper in campaign.papers where !isKnown(paper.stream.description) {
      lines[paper.stream.description] = try CanonicalJSON.encode(paper)
    }
    return lines
  }

  private func assembled(_ rows: [String: [UInt8]]) async throws -> [CampaignLine] {
    var alive: [WorkerID: Bool] = [:]
    var campaigns: [CampaignLine] = []
    for (key, bytes) in rows where key.hasPrefix("campaign/") {
      var campaign = try CanonicalJSON.decode(CampaignLine.self, from: bytes)
      for member in campaign.members {
        guard let bytes = rows[member.description] else { continue }
        var paper = try CanonicalJSON.decode(PaperLine.self, from: bytes)
        if let holder = paper.holder {
          let lives: Bool
          if let known = alive[holder] { lives = known } else { lives = try await isAlive(holder) }
          alive[holder] = lives
          paper.standing = lives ? .running : .queued
        }
        campaign.papers.append(paper)
      }
      campaigns.append(campaign)
    }
    return campaigns.sorted { ($0.begun, $0.stream) < ($1.begun, $1.stream) }
  }
}
