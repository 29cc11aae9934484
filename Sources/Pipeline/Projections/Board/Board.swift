internal import EmbeddedStore
public import Journal
public import PaperModel
internal import PipelineRules

/// The state of everything, for observers: campaigns, papers, money, workers. Follows a feed of entries. If its rows
/// are kept in a store, a refresh reads only new entries and the rows that are shown, not the history.
public actor Board {
  /// While a long history is read, rows are saved after this many entries, which bounds the memory.
  private static let mostUnsaved = 10_000
  private static let activityKey = "activity"

  /// The values that are stored beside the rows.
  private struct Kept: Codable {
    let rates: ActivityRates
    let inHand: [String: Claim]
    let sums: KindSums
  }

  let journal: any Journal
  let clock: any WallClock
  private let blobs: any BlobStore
  private let store: (any BoardStore)?
  private let feedAfter: @Sendable (Int64) -> any JournalFeed
  private var feed: (any JournalFeed)?
  var board = CampaignBoard()
  var rates = ActivityRates()
  /// The number of entries that are in the rows and not in the store.
  private var unsaved = 0
  private var savedPosition: Int64 = 0
  /// Whether a part of what is new was saved already.
  private var isCatchingUp = false
  private var canSave = true
  /// For how long the living workers are known, in microseconds. Listing them costs a request if the store is on the
  /// network.
  private let beliefMicroseconds: Int64
  private let leastToSave: Int
  private var known: Living?
  private var isBusy = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  private struct Living: Sendable {
    let workers: Set<WorkerID>
    let atMicroseconds: Int64
  }

  /// - Parameters:
  ///   - store: where the rows are kept between commands; nil to keep them in this process.
  ///   - beliefMicroseconds: for how long the living workers are known before they are listed again.
  ///   - leastToSave: new entries are saved once there are this many, so that not every command writes to a busy
  /// folder.
  ///   - feed: the entries after a position of the store, or all of them.
  public init(
    journal: any Journal, blobs: any BlobStore, store: (any BoardStore)? = nil, clock: any WallClock,
    beliefMicroseconds: Int64 = 0, leastToSave: Int = 500,
    feed: @escaping @Sendable (Int64) -> any JournalFeed
  ) {
    self.journal = journal
    self.blobs = blobs
    self.store = store
    self.clock = clock
    self.beliefMicroseconds = beliefMicroseconds
    self.leastToSave = leastToSave
    feedAfter = feed
  }

  /// Applies new entries.
  public func refresh() async throws {
    while isBusy { await withCheckedContinuation { waiters.append($0) } }
    isBusy = true
    defer {
      isBusy = false
      for waiter in waiters { waiter.resume() }
      waiters = []
    }
    do { try await takeInAll() } catch is ForeignMemory {
      try await store?.clear()
      restart()
      try await takeInAll()
    }
    rates.forget(before: clock.nowMicroseconds)
  }

  private func takeInAll() async throws {
    if feed == nil { try await begin() }
    repeat { try await takeAll() } while try await isBegunAnew()
  }

  private func takeAll() async throws {
    while let feed {
      let entries = try await feed.next()
      // After a failure halfway the board starts again: the feed does not return entries twice.
      do {
        if !entries.isEmpty { try await take(entries) }
        try await markDamaged(await feed.damaged)
      } catch {
        restart()
        throw error
      }
      if entries.isEmpty { break }
      unsaved += entries.count
      if store == nil { break }
      if unsaved >= Self.mostUnsaved {
        _ = try await save(feed)
        isCatchingUp = true
      }
    }
  }

  /// A run's journal is its paper's trouble, which goes on without it.
  private func markDamaged(_ damaged: [StreamID: JournalError]) async throws {
    let unknown = damaged.filter { $0.key.kind != .run && board.rows[$0.key]?.end != .damaged }
    if unknown.isEmpty { return }
    try await load(Set(unknown.keys))
    for (stream, damage) in unknown where board.rows[stream]?.end != .damaged {
      board.setDamaged(stream, damage.message)
      unsaved += 1
    }
    board.count()
  }

  /// Saves new entries if there are enough.
  /// - Returns: true if another process had saved more; the board then continues from its rows.
  private func isBegunAnew() async throws -> Bool {
    // The rest of much is saved too, or every later command would read it again.
    let least = isCatchingUp ? 1 : leastToSave
    isCatchingUp = false
    guard let feed, unsaved >= least else { return false }
    return try await save(feed)
  }

  private func begin() async throws {
    savedPosition = try await store?.position() ?? 0
    if let store, let bytes = try await store.rows([Self.activityKey])[Self.activityKey] {
      let kept = try CanonicalJSON.decode(Kept.self, from: bytes)
      rates = kept.rates
      board.load(inHand: kept.inHand, kept.sums)
    }
    feed = feedAfter(savedPosition)
  }

  private func restart() {
    board = CampaignBoard()
    rates = ActivityRates()
    unsaved = 0
    feed = nil
  }

  private func take(_ entries: [StreamEntry]) async throws {
    try await load(Set(entries.flatMap(CampaignBoard.owners)))
    for entry in entries {
      board.apply(entry)
      rates.apply(entry)
    }
    defer { board.count() }
    let finished = Set(entries.compactMap(\.stream.owner)).compactMap { board.rows[$0] }
    for row in finished {
      guard let reference = row.revision else { continue }
      let revision = try await blobs.value(Revision.self, of: reference)
      board.resolve(row.stream, title: revision.manuscript.title, score: revision.review.overall)
    }
  }

  /// Loads rows that are about to change, and their campaigns with their sums.
  private func load(_ changing: Set<StreamID>) async throws {
    guard let store else { return }
    let names = Set(changing.map(\.campaignName))
    let streams = changing.union(names.compactMap { StreamID(.campaign, $0) })
    let missing = streams.filter { board.rows[$0] == nil }
    let campaigns = names.filter { board.totals[$0] == nil }
    let found = try await store.rows(missing.map(\.description) + campaigns.map(Self.totalsKey))
    for stream in missing {
      if let bytes = found[stream.description] { board.load(try CanonicalJSON.decode(BoardRow.self, from: bytes)) }
    }
    for name in campaigns {
      guard let bytes = found[Self.totalsKey(name)] else { continue }
      board.load(try CanonicalJSON.decode(BoardTotals.self, from: bytes), of: name)
    }
  }

  /// - Returns: true if another process had saved more; the board then continues from its rows.
  private func save(_ feed: any JournalFeed) async throws -> Bool {
    guard let store, canSave else { return false }
    var rows = try await feed.changes()
    for stream in board.changedRows { rows[stream.description] = try CanonicalJSON.encode(board.rows[stream]) }
    for name in board.changedTotals { rows[Self.totalsKey(name)] = try CanonicalJSON.encode(board.totals[name]) }
    for campaign in board.changedCampaigns {
      rows[Self.openKey(campaign)] = .some(board.isOver(campaign) ? nil : [])
    }
    rates.forget(before: clock.nowMicroseconds)
    rows[Self.activityKey] = try CanonicalJSON.encode(Kept(rates: rates, inHand: board.inHand, sums: board.sums))
    let position = await feed.position
    if try await store.save(position: position, rows: rows) {
      savedPosition = position
      unsaved = 0
      board.unload()
      await feed.saved()
    } else if try await store.position() > savedPosition {
      // Another process has saved the same or later rows; use those.
      restart()
      try await begin()
      return true
    } else {
      canSave = false
    }
    return false
  }

  static func totalsKey(_ campaign: String) -> String { "total/\(campaign)" }
  /// The key of a row that is there while a campaign or a paper of it is not at its end.
  private static func openKey(_ campaign: StreamID) -> String { "going/\(campaign.name)" }

  // MARK: - Rows

  /// One row, stored or in this process; nil if there is none.
  func row(_ stream: StreamID) async throws -> BoardRow? {
    if let row = board.rows[stream] { return row }
    guard let bytes = try await store?.rows([stream.description])[stream.description] else { return nil }
    return try CanonicalJSON.decode(BoardRow.self, from: bytes)
  }

  func totals(of campaign: String) async throws -> BoardTotals {
    if let totals = board.totals[campaign] { return totals }
    let key = Self.totalsKey(campaign)
    guard let bytes = try await store?.rows([key])[key] else { return BoardTotals() }
    return try CanonicalJSON.decode(BoardTotals.self, from: bytes)
  }

  /// All campaigns, the oldest first.
  func campaignRows() async throws -> [BoardRow] {
    var rows = try await keptRows(after: "campaign/", before: "campaign0")
    for (stream, row) in board.rows where stream.kind == .campaign { rows[stream] = row }
    return Self.byAge(rows.values)
  }

  /// The campaigns that are not over, the oldest first.
  func openCampaignRows() async throws -> [BoardRow] {
    var open: [StreamID] = []
    var last = "going/"
    while let store, case let page = try await store.rows(after: last, before: "going0", limit: 1000),
      let final = page.last
    {
      open += page.compactMap { StreamID(.campaign, String($0.key.dropFirst("going/".count))) }
      last = final.key
    }
    // What was not saved yet has the last word.
    let changed = board.changedCampaigns
    let streams = Set(open).subtracting(changed).union(changed.filter { !board.isOver($0) })
    return Self.byAge(try await rows(streams).values)
  }

  /// All campaigns, without their rows.
  func campaignKeys() async throws -> Set<StreamID> {
    var all = Set(board.rows.keys.filter { $0.kind == .campaign })
    var last = "campaign/"
    while let store, case let page = try await store.rows(after: last, before: "campaign0", limit: 1000),
      let final = page.last
    {
      all.formUnion(page.compactMap { StreamID($0.key) })
      last = final.key
    }
    return all
  }

  private static func byAge(_ rows: some Sequence<BoardRow>) -> [BoardRow] {
    rows.filter(\.hasBegun).sorted { ($0.begunMicroseconds, $0.stream) < ($1.begunMicroseconds, $1.stream) }
  }

  /// Rows, kept or in this process; those that are missing are left out.
  func rows(_ streams: Set<StreamID>) async throws -> [StreamID: BoardRow] {
    var rows = board.rows.filter { streams.contains($0.key) }
    for bytes in try await store?.rows(streams.filter { rows[$0] == nil }.map(\.description)).values ?? [:].values {
      let row = try CanonicalJSON.decode(BoardRow.self, from: bytes)
      rows[row.stream] = row
    }
    return rows
  }

  /// The papers of one campaign, in their order.
  /// - Parameter numbers: which of them; nil for all.
  func paperRows(of campaign: StreamID, _ numbers: ClosedRange<Int>? = nil) async throws -> [BoardRow] {
    if let numbers {
      let papers = numbers.map { campaign.paper($0) }
      let rows = try await rows(Set(papers))
      return papers.compactMap { rows[$0] }
    }
    // `/` is the character after the dot.
    var rows = try await keptRows(after: "paper/\(campaign.name).", before: "paper/\(campaign.name)/")
    for stream in members[campaign.name] ?? [] { rows[stream] = board.rows[stream] }
    return rows.values.sorted { Self.order($0.stream) < Self.order($1.stream) }
  }

  /// The papers in this process by campaign, grouped once for a view of all of them.
  private var members: [String: [StreamID]] {
    if let membersNow { return membersNow }
    return Dictionary(grouping: board.rows.keys.filter { $0.kind == .paper }, by: \.campaignName)
  }
  private var membersNow: [String: [StreamID]]?

  /// Runs `body` on one state of this process's rows, which are grouped once.
  func withMembers<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    membersNow = members
    defer { membersNow = nil }
    return try await body()
  }

  private static func order(_ paper: StreamID) -> Int {
    paper.name.lastIndex(of: ".").flatMap { Int(paper.name[paper.name.index(after: $0)...]) } ?? .max
  }

  private func keptRows(after start: String, before end: String) async throws -> [StreamID: BoardRow] {
    guard let store else { return [:] }
    var rows: [StreamID: BoardRow] = [:]
    var last = start
    while case let page = try await store.rows(after: last, before: end, limit: 1000), let final = page.last {
      for saved in page {
        let row = try CanonicalJSON.decode(BoardRow.self, from: saved.bytes)
        rows[row.stream] = row
      }
      last = final.key
    }
    return rows
  }

  /// The workers that are alive, as a heartbeat counts for some time.
  func living() async throws -> Set<WorkerID> {
    let now = clock.nowMicroseconds
    if let known, known.atMicroseconds > now - beliefMicroseconds { return known.workers }
    let workers = Set(try await journal.living())
    known = Living(workers: workers, atMicroseconds: now)
    return workers
  }
}
