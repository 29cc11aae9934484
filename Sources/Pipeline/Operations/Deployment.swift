public import Journal
public import MessageLog
public import PaperModel
public import PipelineRules

/// Where everything of one installation lives: what every operation works on.
public struct Deployment: Sendable {
  public let log: any MessageLog
  /// The journals; what is appended through them is told.
  public let journal: any Journal
  let outbox: Outbox
  public let blobs: any BlobStore

  let clock: any WallClock

  /// An installation.
  /// - Parameter events: is told every entry that an operation appends, before the operation is over.
  public init(
    log: any MessageLog, journal: any Journal, blobs: any BlobStore, events: any EventSink = NoEvents(),
    clock: any WallClock = MachineClock()
  ) {
    self.log = log
    outbox = Outbox(journal, events: events, clock: clock)
    self.journal = outbox
    self.blobs = blobs
    self.clock = clock
  }

  /// What a stream's journal comes to.
  /// - Throws: `JournalError` that names the stream if its journal is damaged.
  public func state(of stream: StreamID) async throws -> StreamState {
    try StreamState(stream, try await journal.entries(of: stream, from: 0))
  }

  /// All streams of a kind, by name.
  public func streams(of kind: StreamID.Kind) async throws -> [StreamID] {
    var all: [StreamID] = []
    while true {
      let page = try await journal.streams(of: kind, after: all.last?.name, limit: 1000)
      if page.isEmpty { return all }
      all += page
    }
  }

  /// Appends an entry that any process may add, wherever the journal's end is by now.
  /// - Parameters:
  ///   - known: a state of the stream from before, so that its entries are not read again.
  ///   - fact: what to append, given the state; nil to leave it.
  /// - Returns: the state after it.
  @discardableResult
  func annotate(
    _ stream: StreamID, after known: StreamState? = nil, _ fact: @Sendable (StreamState) throws -> JournalEntry.Fact?
  ) async throws -> StreamState {
    var state = known ?? StreamState(stream)
    for _ in 0..<1000 {
      for entry in try await journal.entries(of: stream, from: state.length) { try state.apply(entry) }
      guard let wanted = try fact(state) else { return state }
      if try await journal.append(wanted, to: stream, at: state.length) {
        try state.apply(JournalEntry(number: state.length, atMicroseconds: clock.nowMicroseconds, fact: wanted))
        return state
      }
    }
    throw JournalError(.unavailable, "The journal of \(stream) never stood still. Stop its workers and try again.")
  }

  /// Publishes the item that lets a stream go on.
  func publish(_ stream: StreamID, _ stage: Stage, _ opening: Opening) async throws {
    let item = WorkItem(stream: stream, stage: stage, opening: opening)
    try await log.publish([Message(item)])
  }

  /// The stream that a person means by a name: a paper, a campaign or a run.
  /// - Throws: `OperationError` where there is none.
  public func find(_ name: String, among kinds: [StreamID.Kind] = StreamID.Kind.allCases) async throws -> StreamID {
    let written = StreamID(name).map { [$0] } ?? kinds.compactMap { StreamID($0, name) }
    for stream in written where kinds.contains(stream.kind) {
      do { if try await !journal.entries(of: stream, from: 0).isEmpty { return stream } } catch let error
        as JournalError
        where error.damagedStream == stream
      {
        return stream
      }
    }
    // A paper or a run that nobody has begun yet has no journal of its own.
    for stream in written where kinds.contains(stream.kind) && stream.kind != .campaign {
      if try await opening(of: stream) != nil { return stream }
    }
    let what = kinds.map(\.rawValue).joined(separator: " or ")
    throw OperationError("There is no \(what) «\(name)» here. `shoal status` lists what there is.")
  }
}

/// What a person asked for can't be done, and what to do instead.
public struct OperationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One or two sentences.
  public let description: String

  public init(_ description: String) { self.description = description }
}
