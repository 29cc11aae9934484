import Journal
import MessageLog
import PaperModel
import Synchronization
import Testing
import WireFormat

@Suite(.timeLimit(.minutes(10))) struct LogEventSinkTests {
  /// A log that can be made unreachable, and counts published messages.
  private final class FlakyLog: MessageLog {
    private let log = InMemoryMessageLog(clock: ManualClock())
    private let isAway = Mutex(false)
    private let batches = Mutex<[Int]>([])
    var publishedBatches: [Int] { batches.withLock { $0 } }
    func set(away: Bool) { isAway.withLock { $0 = away } }
    func publish(_ messages: [Message]) async throws {
      if isAway.withLock({ $0 }) { throw MessageLogError("The log is away.", isRetriable: true) }
      await Task.yield()
      try await log.publish(messages)
      batches.withLock { $0.append(messages.count) }
    }
    func consumer(of topics: [Topic], worker: WorkerID) async throws -> any MessageConsumer {
      try await log.consumer(of: topics, worker: worker)
    }
    func browse(_ topic: Topic, limit: Int) async throws -> [StoredMessage] {
      try await log.browse(topic, limit: limit)
    }
    func remove(_ identity: String, from topic: Topic) async throws -> Bool { false }
    func setControl(_ key: String, to value: [UInt8]?) async throws {}
    func control() async throws -> [String: [UInt8]] { [:] }
    func told() async throws -> [StreamEvent] {
      try await browse(.events, limit: 100_000).map { try WireFormat.decodeEvent($0.message.body) }
    }
  }

  private static let paper = StreamID(.paper, "c.1")!
  private static func event(_ number: Int64, of stream: StreamID = paper) -> StreamEvent {
    StreamEvent(
      JournalEntry(number: number, atMicroseconds: 1, fact: .waiting(stage: .design, visit: 1)), of: stream)
  }

  @Test func `emitted events are in the log after a flush, in order and keyed by stream`() async throws {
    let log = FlakyLog()
    let sink = LogEventSink(log)
    for number in 0..<2_000 { sink.emit([Self.event(Int64(number))]) }
    try await sink.flush(nil)
    #expect(try await log.told() == (0..<2_000).map { Self.event($0) })
    #expect(try await log.browse(.events, limit: 1).map(\.message.key) == ["paper/c.1"])
    #expect(log.publishedBatches.max()! <= 500)
  }

  @Test func `each of several concurrent flushes waits for its own events`() async throws {
    let log = FlakyLog()
    let sink = LogEventSink(log)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<50 {
        group.addTask {
          let stream = StreamID(.run, "r\(worker)")!
          for number in 0..<5 {
            sink.emit([Self.event(Int64(number), of: stream)])
            try await sink.flush(nil)
            #expect(try await log.told().contains(Self.event(Int64(number), of: stream)))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await log.told().count == 250)
  }

  @Test func `while the log is away a flush fails, and no event is lost or out of order`() async throws {
    let log = FlakyLog()
    let sink = LogEventSink(log)
    log.set(away: true)
    sink.emit([Self.event(0), Self.event(1)])
    await #expect(throws: MessageLogError.self) { try await sink.flush(nil) }
    sink.emit([Self.event(2)])
    await #expect(throws: MessageLogError.self) { try await sink.flush(nil) }
    log.set(away: false)
    try await sink.flush(nil)
    #expect(try await log.told() == (0..<3).map { Self.event($0) })
  }

  @Test func `if too many events wait the oldest are dropped, and one flush fails`() async throws {
    let log = FlakyLog()
    let sink = LogEventSink(log, most: 10)
    log.set(away: true)
    for number in 0..<15 {
      sink.emit([Self.event(Int64(number))])
      try? await sink.flush(nil)
    }
    log.set(away: false)
    let error = await #expect(throws: MessageLogError.self) { try await sink.flush(nil) }
    #expect(error?.message.hasPrefix("5 events were dropped") == true)
    try await sink.flush(nil)
    #expect(try await log.told() == (5..<15).map { Self.event($0) })
  }

  @Test func `the flush that fails is that of the stream whose events were dropped`() async throws {
    let log = FlakyLog()
    let sink = LogEventSink(log, most: 10)
    let other = StreamID(.paper, "c.2")!
    log.set(away: true)
    sink.emit([Self.event(0)])
    sink.emit((0..<10).map { Self.event($0, of: other) })
    log.set(away: false)
    try await sink.flush(other)
    await #expect(throws: MessageLogError.self) { try await sink.flush(Self.paper) }
    sink.emit([Self.event(0)])
    try await sink.flush(Self.paper)
    #expect(try await log.told() == (0..<10).map { Self.event($0, of: other) } + [Self.event(0)])
  }
}
