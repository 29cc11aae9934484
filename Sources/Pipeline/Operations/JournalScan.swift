import Journal
public import PaperModel
public import PipelineRules

/// An entry and whose it is.
public struct StreamEntry: Sendable, Hashable {
  public let stream: StreamID
  public let entry: JournalEntry

  /// An entry of a stream.
  public init(stream: StreamID, entry: JournalEntry) {
    self.stream = stream
    self.entry = entry
  }
}

/// Journals that are watched: read once, and then only from where they were read to.
///
/// Where entries are told as they are appended, nothing is read but what was told of: an entry that follows what is
/// known is taken as it was told (its time is then that of the process that appended it), and a gap, or an entry that
/// was too large to be told, is filled from the journal. A worker that is killed takes events with it that it has not
/// told yet, so all journals are read again every 30 seconds nevertheless. Where nobody tells, every look reads them.
public actor JournalScan {
  /// How long what is told is relied on: microseconds.
  private static let relianceMicroseconds: Int64 = 30_000_000
  /// Streams that have come to an end are read again only every so many times: they may be taken up again.
  private static let slowness = 8

  private let deployment: Deployment
  private let isMeant: @Sendable (StreamID) -> Bool
  private let source: (any EventSource)?
  private var reads = 0
  /// Until when what is told is enough: microseconds since 1970.
  private var reliesUntil = Int64.min
  /// What the journals come to, as far as they were read.
  public private(set) var states: [StreamID: StreamState] = [:]

  /// Watches the streams that are meant; all where nothing is said.
  /// - Parameter source: where entries are told as they are appended; nil where nobody tells them.
  public init(
    _ deployment: Deployment, among isMeant: @escaping @Sendable (StreamID) -> Bool = { _ in true },
    toldBy source: (any EventSource)? = nil
  ) {
    self.deployment = deployment
    self.isMeant = isMeant
    self.source = source
  }

  /// What was appended since the last look, by time; those of one stream in their order. Kinds are read one after the
  /// other, so an entry may be shown a look later than one that followed it in another journal.
  public func look() async throws -> [StreamEntry] {
    let now = deployment.clock.nowMicroseconds
    let limit = reliesUntil
    // A look that fails loses what was told to it.
    reliesUntil = .min
    let found: [StreamEntry]
    // Asked in any case: what was told before the journals are read stands in them.
    if let events = await source?.told(), now < limit {
      found = try await take(events)
      reliesUntil = limit
    } else {
      found = try await read()
      reliesUntil = now + Self.relianceMicroseconds
    }
    return found.sorted {
      ($0.entry.atMicroseconds, $0.stream.description, $0.entry.number)
        < ($1.entry.atMicroseconds, $1.stream.description, $1.entry.number)
    }
  }

  private func read() async throws -> [StreamEntry] {
    let isThorough = reads % Self.slowness == 0
    reads += 1
    var found: [StreamEntry] = []
    for kind in StreamID.Kind.allCases {
      let all = try await deployment.streams(of: kind).filter(isMeant)
      found += try await read(all.filter { isThorough || states[$0]?.end == nil })
    }
    return found
  }

  private func take(_ events: [StreamEvent]) async throws -> [StreamEntry] {
    var whole: [(StreamID, [JournalEntry])] = []
    var torn: [StreamID] = []
    for (stream, told) in Dictionary(grouping: events, by: \.stream) where isMeant(stream) {
      if let entries = Self.entries(in: told, from: states[stream]?.length ?? 0) {
        whole.append((stream, entries))
      } else {
        torn.append(stream)
      }
    }
    let filled = try await read(torn)
    return filled + whole.flatMap { apply($1, to: $0) }
  }

  /// The entries that events of one stream tell from a number on; nil where one of them is missing.
  private static func entries(in events: [StreamEvent], from length: Int64) -> [JournalEntry]? {
    var entries: [JournalEntry] = []
    for event in events.sorted(by: { $0.number < $1.number }) where event.number >= length + Int64(entries.count) {
      guard let entry = event.entry, event.number == length + Int64(entries.count) else { return nil }
      entries.append(entry)
    }
    return entries
  }

  /// Reads journals on from where they were read to.
  private func read(_ streams: [StreamID]) async throws -> [StreamEntry] {
    let journal = deployment.journal
    let wanted = streams.map { ($0, states[$0]?.length ?? 0) }
    let grown = try await deployment.parallel(wanted) { stream, length in
      try await journal.entries(of: stream, from: length)
    }
    return zip(streams, grown).flatMap { apply($1, to: $0) }
  }

  /// Takes entries in that follow what is known, and drops what is known already.
  private func apply(_ entries: [JournalEntry], to stream: StreamID) -> [StreamEntry] {
    guard !entries.isEmpty else { return [] }
    var state = states[stream] ?? StreamState(stream)
    var found: [StreamEntry] = []
    for entry in entries where entry.number == state.length {
      state.apply(entry)
      found.append(StreamEntry(stream: stream, entry: entry))
    }
    states[stream] = state
    return found
  }
}
