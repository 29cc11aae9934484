import Journal
import MessageLog
import PaperModel
import PipelineRules
import Synchronization

/// The events that observers received.
final class RecordedEvents: Sendable {
  private let events = Mutex<[StreamEvent]>([])
  var all: [StreamEvent] { events.withLock { $0 } }
  func take(_ news: [StreamEvent]) { events.withLock { $0 += news } }
}

/// The events of one life of a worker: those that it has not flushed are lost with it.
final class LifeEvents: EventSink {
  private let told: RecordedEvents
  private let life: Life
  private let waiting = Mutex<[StreamEvent]>([])

  init(_ told: RecordedEvents, _ life: Life) {
    self.told = told
    self.life = life
  }

  var publishes: Bool { true }
  func emit(_ events: [StreamEvent]) { waiting.withLock { $0 += events } }

  func flush(_ stream: StreamID?) async throws {
    if waiting.withLock(\.isEmpty) { return }
    try await life.call("tell", MessageLogError("The log is away.", isRetriable: true)) {
      told.take(
        waiting.withLock { waiting in
          defer { waiting = [] }
          return waiting
        })
    }
  }
}

extension World {
  /// Entries that were never published.
  func untold() async throws -> [String] {
    var filter = EventFilter()
    var found: [String] = []
    var seen: Set<String> = []
    for event in told.all where filter.admits(event) {
      seen.insert("\(event.stream) \(event.number)")
      if event.entry?.fact != (try await journal.entries(of: event.stream, from: event.number)).first?.fact {
        found.append("\(event.stream) \(event.number) is another")
      }
    }
    for kind in StreamID.Kind.allCases {
      for stream in try await journal.streams(of: kind, after: nil, limit: 10_000) {
        for entry in try await journal.entries(of: stream, from: 0) where !seen.contains("\(stream) \(entry.number)") {
          found.append("\(stream) \(entry.number) \(entry.fact.word)")
        }
      }
    }
    return found
  }

  /// Events that were published before one that they follow. Between processes there is no such order.
  func toldEarly() -> [String] {
    var filter = EventFilter()
    var last: [StreamID: Int64] = [:]
    var found: [String] = []
    for event in told.all where filter.admits(event) {
      if event.number != last[event.stream, default: -1] + 1 { found.append("\(event.stream) \(event.number)") }
      last[event.stream] = event.number
    }
    return found
  }
}
