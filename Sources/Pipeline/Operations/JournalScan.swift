import Journal
public import PaperModel
public import PipelineRules

/// An entry and whose it is.
public struct StreamEntry: Sendable, Hashable {
  /// The stream.
  public let stream: StreamID
  /// The entry.
  public let entry: JournalEntry

  /// An entry of a stream.
  public init(stream: StreamID, entry: JournalEntry) {
    self.stream = stream
    self.entry = entry
  }
}

/// Journals that are watched where the store tells nobody of its changes: read once, and then only from where they
/// were read to.
public actor JournalScan {
  /// Streams that have come to an end are looked at again only every so many looks: they may be taken up again.
  private static let slowness = 8

  private let deployment: Deployment
  private let isMeant: @Sendable (StreamID) -> Bool
  private var looks = 0
  /// What the journals come to, as far as they were read.
  public private(set) var states: [StreamID: StreamState] = [:]

  /// Watches the streams that are meant; all where nothing is said.
  public init(_ deployment: Deployment, among isMeant: @escaping @Sendable (StreamID) -> Bool = { _ in true }) {
    self.deployment = deployment
    self.isMeant = isMeant
  }

  /// What was appended since the last look, by time; those of one stream in their order. Kinds are read one after the
  /// other, so an entry may be shown a look later than one that followed it in another journal.
  public func look() async throws -> [StreamEntry] {
    let isThorough = looks % Self.slowness == 0
    looks += 1
    var found: [StreamEntry] = []
    for kind in StreamID.Kind.allCases {
      let all = try await deployment.streams(of: kind).filter(isMeant)
      let wanted = all.filter { isThorough || states[$0]?.end == nil }.map { ($0, states[$0]?.length ?? 0) }
      let journal = deployment.journal
      let grown = try await deployment.parallel(wanted) { stream, length in
        (stream, try await journal.entries(of: stream, from: length))
      }
      for (stream, entries) in grown where !entries.isEmpty {
        var state = states[stream] ?? StreamState(stream)
        for entry in entries where entry.number == state.length {
          state.apply(entry)
          found.append(StreamEntry(stream: stream, entry: entry))
        }
        states[stream] = state
      }
    }
    return found.sorted {
      ($0.entry.atMicroseconds, $0.stream.description, $0.entry.number)
        < ($1.entry.atMicroseconds, $1.stream.description, $1.entry.number)
    }
  }
}
