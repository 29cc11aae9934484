public import Journal
public import PaperModel

/// The entries of journals without a common order: each journal is read once, and then only its new entries.
///
/// A campaign's journal names its papers, and those of papers and campaigns their runs, so that streams at their ends
/// need not be listed or read again. What belongs to a damaged journal is found by its name. With a source of events,
/// only what events name is read: an entry that follows the known ones is taken from its event, with the time of its
/// process; a gap, or an entry too large for an event, is read from the journal. A worker that is killed may leave
/// events unpublished, so journals of streams that are not at their ends are read again every 30 seconds, and some of
/// the others in turn: they may be taken up again, or settled late. Without a source, every call does so.
///
/// With a memory, a process goes on where an earlier one ended, and returns what is new in parts.
public actor EventFeed: JournalFeed {
  /// For how long events suffice, in microseconds.
  private static let relianceMicroseconds: Int64 = 30_000_000
  /// How many streams at their ends are read again each time.
  private static let mostProbed = 64
  /// How many journals are read for one part, where what is new is returned in parts.
  private static let mostAtOnce = 1024

  private let journal: any Journal
  private let clock: any WallClock
  private let root: StreamID?
  private let source: (any EventSource)?
  private let history: (any EventHistory)?
  private let memory: FeedMemory
  private let isInParts: Bool
  /// Until when events suffice: microseconds since 1970.
  private var reliesUntil = Int64.min
  private var hasRead = false
  /// Streams that are still to be read before a reading is whole.
  private var pending: [StreamID] = []
  private var isWithinReading = false
  /// The mark of the history that holds once the reading is whole.
  private var nextMark: [UInt8]?
  public private(set) var damaged: [StreamID: JournalError] = [:]
  /// Entries that were read and not returned yet: a call that fails halfway loses nothing.
  private var accepted: [StreamEntry] = []
  public private(set) var position: Int64

  /// - Parameters:
  ///   - root: the campaign, paper or run that is followed with what belongs to it; nil for everything.
  ///   - source: the events of appended entries; nil to read the journals with every call.
  ///   - history: what was told since the memory was saved.
  ///   - store: where earlier processes kept how far they had read; nil to begin with nothing.
  ///   - saved: the position of the store's last save.
  public init(
    _ journal: any Journal, clock: any WallClock, of root: StreamID? = nil, source: (any EventSource)? = nil,
    history: (any EventHistory)? = nil, store: (any BoardStore)? = nil, after saved: Int64 = 0
  ) {
    self.journal = journal
    self.clock = clock
    self.root = root
    self.source = source
    self.history = history
    memory = FeedMemory(store)
    isInParts = store != nil
    position = saved + 1
  }

  /// The entries since the last call, about in the order of their times; in parts if there is a memory, the last of
  /// which is empty.
  /// - Throws: `ForeignMemory` if the journals are not those that the memory was made from.
  public func next() async throws -> [StreamEntry] {
    if isInParts, isWithinReading, pending.isEmpty {
      isWithinReading = false
      return []
    }
    let now = clock.nowMicroseconds
    let limit = reliesUntil
    // A call that fails loses the events that it took.
    reliesUntil = .min
    if isWithinReading {
      try await goOn(now)
    } else if let events = await source?.told(), now < limit {
      // Taken in any case: the journals that are read next include them.
      try await take(events)
      reliesUntil = limit
    } else {
      try await beginReading()
      try await goOn(now)
    }
    defer { accepted = [] }
    return inOrder(accepted)
  }

  public func changes() async throws -> [String: [UInt8]?] { try memory.changes() }

  public func saved() async {
    position += 1
    memory.saved()
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

  // MARK: - Reading journals

  /// Finds out what is to be read: new campaigns, what is not at its end, and what was changed at its end.
  private func beginReading() async throws {
    let roots: [StreamID] = if let root { [root] } else { try await journal.campaigns() }
    if !hasRead { try await memory.load(of: root) }
    try await memory.know(roots)
    for stream in roots where memory[stream] == nil { memory.open(stream) }
    var ended: Set<StreamID> = []
    if hasRead {
      ended = try await memory.someEnded(of: root, most: Self.mostProbed)
    } else if root != nil {
      ended = try await memory.allEnded(of: root)
    } else if let history {
      switch await history.changes(since: memory.mark) {
      case .these(let streams, let mark):
        try await memory.know(Array(streams))
        ended = streams.filter { memory[$0]?.isEnded == true }
        nextMark = mark
      case .unknown(let mark):
        ended = try await memory.allEnded(of: nil)
        nextMark = mark
      case .away: break
      }
      ended.formUnion(try await memory.someEnded(of: root, most: Self.mostProbed))
    }
    let open = memory.openStreams(of: root)
    pending = open + ended.subtracting(open).sorted()
    _ = memory.takeFresh()
    isWithinReading = true
  }

  /// Reads until something is found or everything is read.
  private func goOn(_ now: Int64) async throws {
    repeat {
      let count = isInParts ? min(Self.mostAtOnce, pending.count) : pending.count
      let some = Array(pending.prefix(count))
      try await read(some)
      pending.removeFirst(count)
      // Streams that the others' entries name.
      pending += memory.takeFresh()
    } while !pending.isEmpty && (accepted.isEmpty || !isInParts)
    guard pending.isEmpty else { return }
    hasRead = true
    if let mark = nextMark { memory.mark = mark }
    nextMark = nil
    reliesUntil = now + Self.relianceMicroseconds
    // Another part follows, which says that this was all.
    isWithinReading = isInParts && !accepted.isEmpty
  }

  private func take(_ events: [StreamEvent]) async throws {
    var torn: [StreamID] = []
    let told = Dictionary(grouping: events.filter { root?.includes($0.stream) ?? true }, by: \.stream)
    try await memory.know(Array(told.keys))
    for (stream, own) in told {
      if let entries = Self.entries(in: own, from: memory[stream]?.length ?? 0) {
        try await accept(entries, of: stream, isTold: true)
      } else {
        torn.append(stream)
      }
    }
    try await read(torn)
    _ = memory.takeFresh()
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
    // What was saved meanwhile is not loaded any more.
    try await memory.know(streams)
    let journal = journal
    let asks = streams.map { Ask(stream: $0, place: memory[$0] ?? .init(), isKept: memory.isKept($0)) }
    let grown = try await SideBySide.results(asks) { ask -> Result<[JournalEntry], JournalError> in
      do { return .success(try await Self.entries(ask, journal)) } catch let error as JournalError
        where error.damagedStream == ask.stream
      {
        return .failure(error)
      }
    }
    for (stream, read) in zip(streams, grown) {
      memory.confirm(stream)
      switch read {
      case .success(let entries): try await accept(entries, of: stream)
      case .failure(let damage):
        damaged[stream] = damaged[stream] ?? damage
        try await openByName(of: stream)
      }
    }
  }

  /// Opens what belongs to a stream whose journal is damaged: no entry of it names them.
  private func openByName(of stream: StreamID) async throws {
    let kinds: [StreamID.Kind] =
      switch stream.kind {
      case .campaign: [.paper, .run]
      case .paper: [.run]
      case .run: []
      }
    for kind in kinds {
      let streams = try await journal.streams(of: kind, within: stream)
      try await memory.know(streams)
      for stream in streams { memory.open(stream) }
    }
  }

  private static func entries(_ ask: Ask, _ journal: any Journal) async throws -> [JournalEntry] {
    // Of what an earlier process read, the last entry is read again: a store may have been put back to a copy.
    let first = ask.isKept ? max(0, ask.place.length - 1) : ask.place.length
    let entries = try await journal.entries(of: ask.stream, from: first)
    guard ask.isKept, ask.place.length > 0 else { return entries }
    // An entry that was taken from its event has the time of that.
    let isSame = ask.place.isTold || entries.first?.atMicroseconds == ask.place.atMicroseconds
    guard isSame, !entries.isEmpty else { throw ForeignMemory() }
    return Array(entries.dropFirst())
  }

  private struct Ask: Sendable {
    let stream: StreamID
    let place: FeedMemory.Place
    let isKept: Bool
  }

  /// Accepts entries that follow the known ones, and drops known ones.
  private func accept(_ entries: [JournalEntry], of stream: StreamID, isTold: Bool = false) async throws {
    try await memory.know(FeedMemory.opens(entries, stream))
    for entry in entries where entry.number == memory[stream]?.length ?? 0 {
      memory.apply(entry, of: stream, isTold: isTold)
      accepted.append(StreamEntry(stream: stream, entry: entry))
    }
  }
}

/// The journals are not those that a memory was made from: it has to be made anew.
public struct ForeignMemory: Error {}

extension StreamID {
  /// Whether a stream is this one or belongs to it.
  func includes(_ stream: StreamID) -> Bool {
    self == stream || (kind != .run && stream.kind != .campaign && stream.name.hasPrefix(name + "."))
  }
}

extension Journal {
  /// The streams of a kind that belong to a campaign or a paper and have a journal.
  func streams(of kind: StreamID.Kind, within owner: StreamID) async throws -> [StreamID] {
    var all: [StreamID] = []
    var last = "\(owner.name)."
    while case let page = try await streams(of: kind, after: last, limit: 1000), let final = page.last {
      let own = page.filter { owner.includes($0) }
      all += own
      // They follow one another by name.
      guard own.count == page.count else { break }
      last = final.name
    }
    return all
  }

  /// All campaigns, by name.
  func campaigns() async throws -> [StreamID] {
    var all: [StreamID] = []
    while case let page = try await streams(of: .campaign, after: all.last?.name, limit: 1000), !page.isEmpty {
      all += page
    }
    return all
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
