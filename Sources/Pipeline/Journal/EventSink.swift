public import PaperModel

/// Publishes journal entries to observers, each after its append and in the order of its stream.
///
/// An entry may be published more than once: after a crash, the stream's next owner republishes what may be missing.
public protocol EventSink: Sendable {
  /// Whether events reach an observer. If not, there is nothing to republish after a crash.
  var publishes: Bool { get }
  /// Queues events, in the order of their streams' entries. Returns at once.
  func emit(_ events: [StreamEvent])
  /// Returns when everything emitted before is published durably.
  /// - Parameter stream: the stream whose events the caller answers for; nil for all streams.
  /// - Throws: when publishing fails for now, and the events are kept; once after events of the stream were dropped,
  ///   and the caller has to republish them.
  func flush(_ stream: StreamID?) async throws
}

/// Publishes nothing: observers of an embedded store read its journals directly.
public struct NoEvents: EventSink {
  public init() {}
  public var publishes: Bool { false }
  public func emit(_ events: [StreamEvent]) {}
  public func flush(_ stream: StreamID?) async throws {}
}

/// A journal that publishes its entries as they are appended.
public struct Outbox: JournalDecorator {
  public let inner: any Journal
  private let events: any EventSink
  private let clock: any WallClock

  /// Wraps a journal.
  /// - Parameter clock: stamps the events; the journal stamps the entries.
  public init(_ journal: any Journal, events: any EventSink, clock: any WallClock) {
    inner = journal
    self.events = events
    self.clock = clock
  }

  public var publishes: Bool { events.publishes }
  /// The time of an entry that was just appended, about as the journal stamped it: microseconds since 1970.
  public var nowMicroseconds: Int64 { clock.nowMicroseconds }

  public func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
    guard try await inner.append(fact, to: stream, at: number) else { return false }
    if events.publishes {
      let entry = JournalEntry(number: number, atMicroseconds: clock.nowMicroseconds, fact: fact)
      events.emit([StreamEvent(entry, of: stream)])
    }
    return true
  }

  /// Publishes entries again that are already in the journal, because their first publication can't be proved.
  public func republish(_ entries: some Sequence<JournalEntry>, of stream: StreamID) {
    if events.publishes { events.emit(entries.map { StreamEvent($0, of: stream) }) }
  }

  /// Returns when everything appended through this outbox is published; see `EventSink.flush`.
  public func flush(_ stream: StreamID? = nil) async throws { try await events.flush(stream) }
}
