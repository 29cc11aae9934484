public import Journal
public import PaperModel

/// The entries of journals without a common order: each journal is read once, and then only its new entries.
///
/// With a source of events, only the journals that events name are read. An entry that follows the known ones is taken
/// from its event, with the time of its process. A gap, or an entry too large for an event, is read from the journal. A
/// killed worker may leave events unpublished, so all journals are read again every 30 seconds. Without a source, every
/// call reads them.
public actor EventFeed: JournalFeed {
  /// For how long events suffice, in microseconds.
  private static let relianceMicroseconds: Int64 = 30_000_000
  /// Streams that have ended are read again only every so many times: they may be replayed.
  private static let slowness = 8

  private let journal: any Journal
  private let clock: any WallClock
  private let campaign: String?
  private let isIncluded: @Sendable (StreamID) -> Bool
  private let source: (any EventSource)?
  private var reads = 0
  /// Until when events suffice: microseconds since 1970.
  private var reliesUntil = Int64.min
  /// The number of entries of each stream that were returned.
  private var lengths: [StreamID: Int64] = [:]
  private var ended: Set<StreamID> = []
  /// Entries that were read and not returned yet: a call that fails halfway loses nothing.
  private var accepted: [StreamEntry] = []

  /// - Parameters:
  ///   - campaign: lists only this campaign's streams; nil for all.
  ///   - source: the events of appended entries; nil to read the journals with every call.
  public init(
    _ journal: any Journal, clock: any WallClock, campaign: String? = nil,
    among isIncluded: @escaping @Sendable (StreamID) -> Bool = { _ in true },
    source: (any EventSource)? = nil
  ) {
    self.journal = journal
    self.clock = clock
    self.campaign = campaign
    self.isIncluded = isIncluded
    self.source = source
  }

  public var position: Int64 { 0 }

  /// The entries since the last call, about in the order of their times.
  public func next() async throws -> [StreamEntry] {
    let now = clock.nowMicroseconds
    let limit = reliesUntil
    // A call that fails loses the events that it took.
    reliesUntil = .min
    // Taken in any case: the journals that are read next include them.
    if let events = await source?.told(), now < limit {
      try await take(events)
      reliesUntil = limit
    } else {
      try await readAll()
      reliesUntil = now + Self.relianceMicroseconds
    }
    defer { accepted = [] }
    return inOrder(accepted)
  }

  /// By time, but never an entry before its predecessor in its journal: clocks of different machines differ.
  private func inOrder(_ entries: [StreamEntry]) -> [StreamEntry] {
    var latest: [StreamID: Int64] = [:]
    let timed = entries.map { found in
      let time = max(latest[found.stream] ?? .min, found.entry.atMicroseconds)
      latest[found.stream] = time
      return Timed(time: time, entry: found)
    }
    return timed.sorted {
      ($0.time, $0.entry.stream, $0.entry.entry.number) < ($1.time, $1.entry.stream, $1.entry.entry.number)
    }.map(\.entry)
  }

  private struct Timed {
    let time: Int64
    let entry: StreamEntry
  }

  private func readAll() async throws {
    let isThorough = reads % Self.slowness == 0
    reads += 1
    for kind in StreamID.Kind.allCases {
      let all = try await journal.streams(of: kind, ofCampaign: campaign).filter(isIncluded)
      try await read(all.filter { isThorough || !ended.contains($0) })
    }
  }

  private func take(_ events: [StreamEvent]) async throws {
    var torn: [StreamID] = []
    for (stream, own) in Dictionary(grouping: events, by: \.stream) where isMine(stream) {
      if let entries = Self.entries(in: own, from: lengths[stream] ?? 0) {
        accept(entries, of: stream)
      } else {
        torn.append(stream)
      }
    }
    try await read(torn)
  }

  private func isMine(_ stream: StreamID) -> Bool {
    (campaign.map { stream.campaignName == $0 } ?? true) && isIncluded(stream)
  }

  /// The entries of one stream's events from a number on; nil if one is missing.
  private static func entries(in events: [StreamEvent], from length: Int64) -> [JournalEntry]? {
    var entries: [JournalEntry] = []
    for event in events.sorted(by: { $0.number < $1.number }) where event.number >= length + Int64(entries.count) {
      guard let entry = event.entry, event.number == length + Int64(entries.count) else { return nil }
      entries.append(entry)
    }
    return entries
  }

  /// Reads the new entries of journals.
  private func read(_ streams: [StreamID]) async throws {
    let journal = journal
    let lengths = lengths
    let grown = try await SideBySide.results(streams) { stream in
      try await journal.entries(of: stream, from: lengths[stream] ?? 0)
    }
    for (stream, entries) in zip(streams, grown) { accept(entries, of: stream) }
  }

  /// Accepts entries that follow the known ones, and drops known ones.
  private func accept(_ entries: [JournalEntry], of stream: StreamID) {
    for entry in entries where entry.number == lengths[stream] ?? 0 {
      lengths[stream] = entry.number + 1
      accepted.append(StreamEntry(stream: stream, entry: entry))
      switch entry.fact {
      case .stageFinished(let stage, _, _, _):
        if stream.kind != .paper || StageGraph.next(after: stage) == nil { ended.insert(stream) }
      case .deadLettered, .cancelled: ended.insert(stream)
      case .replayed: ended.remove(stream)
      default: break
      }
    }
  }
}

extension Journal {
  /// All streams of a kind, by name; only those of one campaign if it is named.
  func streams(of kind: StreamID.Kind, ofCampaign campaign: String?) async throws -> [StreamID] {
    if let campaign, kind == .campaign { return StreamID(.campaign, campaign).map { [$0] } ?? [] }
    // Names of papers and runs begin with the campaign's and a dot.
    let prefix = campaign.map { $0 + "." }
    var all: [StreamID] = []
    while true {
      let page = try await streams(of: kind, after: all.last?.name ?? prefix, limit: 1000)
      if page.isEmpty { return all }
      let own = prefix.map { prefix in page.filter { $0.name.hasPrefix(prefix) } } ?? page
      all += own
      if own.count < page.count { return all }
    }
  }
}

/// Calls that a store on the network answers side by side, at most sixteen at a time.
enum SideBySide {
  private struct Answer<Result: Sendable>: Sendable {
    let index: Int
    let result: Result
  }

  /// The results for all values, in their order.
  static func results<Value: Sendable, Result: Sendable>(
    _ values: [Value], _ body: @escaping @Sendable (Value) async throws -> Result
  ) async throws -> [Result] {
    var results = [Result?](repeating: nil, count: values.count)
    try await withThrowingTaskGroup(of: Answer<Result>.self) { group in
      for (index, value) in values.enumerated() {
        if index >= 16, let done = try await group.next() { results[done.index] = done.result }
        group.addTask { Answer(index: index, result: try await body(value)) }
      }
      for try await done in group { results[done.index] = done.result }
    }
    return results.map { $0! }
  }
}
