public import PaperModel

/// Where entries of journals are told to whoever looks on: each after its append, in the order of its stream.
///
/// An entry may be told more than once: after a crash its successor tells again what it can't prove was told.
public protocol EventSink: Sendable {
  /// Whether anybody is told anything; otherwise nobody need look for what is to be told again.
  var publishes: Bool { get }
  /// Takes events, in the order of their streams' entries. Returns at once.
  func emit(_ events: [StreamEvent])
  /// Returns when all that was emitted before is told, durably.
  /// - Throws: where it can't be told for now; it is kept and tried again.
  func flush() async throws
}

/// Tells nobody: the journals of an embedded store are at hand, and whoever looks on reads those.
public struct NoEvents: EventSink {
  /// Tells nobody.
  public init() {}
  /// Nobody is told.
  public var publishes: Bool { false }
  /// Does nothing.
  public func emit(_ events: [StreamEvent]) {}
  /// Does nothing.
  public func flush() async throws {}
}

/// A journal whose entries are told as they are appended.
public struct Outbox: Journal {
  private let journal: any Journal
  private let events: any EventSink
  private let clock: any WallClock

  /// A journal around another one.
  /// - Parameter clock: the time that events bear; that of the entries is the journal's own.
  public init(_ journal: any Journal, events: any EventSink, clock: any WallClock) {
    self.journal = journal
    self.events = events
    self.clock = clock
  }

  /// Whether anybody is told anything.
  public var publishes: Bool { events.publishes }

  /// Appends an entry, and tells it where it was written.
  public func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
    guard try await journal.append(fact, to: stream, at: number) else { return false }
    if events.publishes {
      let entry = JournalEntry(number: number, atMicroseconds: clock.nowMicroseconds, fact: fact)
      events.emit([StreamEvent(entry, of: stream)])
    }
    return true
  }

  /// The entries of a stream from a number on.
  public func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    try await journal.entries(of: stream, from: number)
  }

  /// The streams of a kind.
  public func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID] {
    try await journal.streams(of: kind, after: name, limit: limit)
  }

  /// Says that a worker lives.
  public func beat(_ worker: WorkerID) async throws { try await journal.beat(worker) }

  /// Says that a worker has ended.
  public func sayGoodbye(_ worker: WorkerID) async throws { try await journal.sayGoodbye(worker) }

  /// What is known of a worker.
  public func liveness(of worker: WorkerID) async throws -> Liveness { try await journal.liveness(of: worker) }

  /// Tells entries that are in the journal already, once more: nobody can prove that they were told.
  public func republish(_ entries: some Sequence<JournalEntry>, of stream: StreamID) {
    if events.publishes { events.emit(entries.map { StreamEvent($0, of: stream) }) }
  }

  /// Returns when all that was appended through this outbox is told.
  public func flush() async throws { try await events.flush() }
}
