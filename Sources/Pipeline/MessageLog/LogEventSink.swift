public import Journal
public import PaperModel
internal import Synchronization
internal import WireFormat

/// Publishes events to the topic `events` of a message log, keyed by stream. Sends a batch as soon as there is one;
/// events that arrive meanwhile form the next batch, so the order is kept.
public final class LogEventSink: EventSink {
  private struct State {
    var waiting: [StreamEvent] = []
    /// How many events were ever taken, and how many of them were published or dropped.
    var taken = 0
    var done = 0
    /// How many events of each stream were dropped since its last flush.
    var dropped: [StreamID: Int] = [:]
    var sending: Task<Void, any Error>?
  }

  private let log: any MessageLog
  private let most: Int
  private let state = Mutex(State())

  /// A sink over a log.
  /// - Parameter most: how many events wait while the log can't be reached. Beyond it the oldest are dropped, and the
  ///   next `flush` of their stream throws, so that its delivery is repeated and republishes them.
  public init(_ log: any MessageLog, most: Int = 20_000) {
    precondition(most > 0)
    self.log = log
    self.most = most
  }

  public var publishes: Bool { true }

  /// Takes events and begins to send them.
  public func emit(_ events: [StreamEvent]) {
    guard !events.isEmpty else { return }
    state.withLock { state in
      state.taken += events.count
      state.waiting += events
      let excess = state.waiting.count - most
      if excess > 0 {
        for event in state.waiting.prefix(excess) { state.dropped[event.stream, default: 0] += 1 }
        state.waiting.removeFirst(excess)
        state.done += excess
      }
      if state.sending == nil { state.sending = Task { try await send() } }
    }
  }

  /// Returns when all that was emitted before is in the log.
  public func flush(_ stream: StreamID?) async throws {
    let target = state.withLock { $0.taken }
    while true {
      let sending = state.withLock { state -> Task<Void, any Error>? in
        if state.done >= target { return nil }
        if state.sending == nil { state.sending = Task { try await send() } }
        return state.sending
      }
      guard let sending else { break }
      try await sending.value
    }
    let dropped = state.withLock { state in
      if let stream { return state.dropped.removeValue(forKey: stream) ?? 0 }
      defer { state.dropped = [:] }
      return state.dropped.values.reduce(0, +)
    }
    guard dropped == 0 else {
      throw MessageLogError(
        "\(dropped) events were dropped while the log could not be reached; the stream's next owner republishes them.",
        isRetriable: true)
    }
  }

  /// Sends until nothing waits.
  private func send() async throws {
    while true {
      let batch = state.withLock { state -> [StreamEvent] in
        let batch = Array(state.waiting.prefix(Self.batchCount))
        state.waiting.removeFirst(batch.count)
        if batch.isEmpty { state.sending = nil }
        return batch
      }
      if batch.isEmpty { return }
      do { try await log.publish(batch.map { Message($0) }) } catch {
        state.withLock { state in
          state.waiting.insert(contentsOf: batch, at: 0)
          state.sending = nil
        }
        throw error
      }
      state.withLock { $0.done += batch.count }
    }
  }

  private static let batchCount = 500
}

extension Topic {
  /// The topic of journal entries.
  public static let events = Topic(name: "events")
}

extension Message {
  /// The message that carries an event.
  public init(_ event: StreamEvent) {
    self.init(topic: .events, key: event.stream.description, body: WireFormat.encode(event))
  }
}
