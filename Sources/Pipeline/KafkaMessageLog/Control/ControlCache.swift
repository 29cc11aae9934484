import Kafka
import MessageLog
import Synchronization

/// The control flags, cached from a compacted topic of one partition. An answer has every flag that any process set
/// before the call: the topic's end is requested, and read up to where it has moved.
///
/// One request is in flight at a time. Callers that arrive meanwhile share the next one, because the current answer may
/// miss flags that were set before they asked.
final class ControlCache: Sendable {
  /// A request that several callers wait for.
  private final class Question: Sendable {
    let bell = Doorbell()
    let answer = Mutex<Result<[String: [UInt8]], any Error>?>(nil)
  }

  private struct State {
    var flags: [String: [UInt8]] = [:]
    /// The offset of the next record to read.
    var position: Int64 = 0
    var isAsking = false
    /// The request that is to be made next.
    var next: Question?
  }

  private let context: KafkaContext
  private let partition: TopicPartition
  private let state = Mutex(State())

  init(_ context: KafkaContext) {
    self.context = context
    partition = TopicPartition(context.settings.controlTopic, 0)
  }

  /// The record that sets a flag, or removes it.
  func record(_ key: String, _ value: [UInt8]?) -> OutgoingRecord {
    OutgoingRecord(topic: partition.topic, partition: partition.partition, key: Array(key.utf8), value: value)
  }

  func flags() async throws -> [String: [UInt8]] {
    let (question, mustAsk) = state.withLock { state in
      let question = state.next ?? Question()
      state.next = question
      defer { state.isAsking = true }
      return (question, !state.isAsking)
    }
    if mustAsk { Task { await ask() } }
    try await question.bell.wait(past: 0)
    guard let answer = question.answer.withLock({ $0 }) else { throw CancellationError() }
    return try answer.get()
  }

  /// Makes one request after the other, until no caller waits.
  private func ask() async {
    while let question = nextQuestion() {
      let answer: Result<[String: [UInt8]], any Error>
      do { answer = .success(try await flagsNow()) } catch { answer = .failure(error) }
      question.answer.withLock { $0 = answer }
      question.bell.ring()
    }
  }

  private func nextQuestion() -> Question? {
    state.withLock { state in
      defer { state.next = nil }
      state.isAsking = state.next != nil
      return state.next
    }
  }

  private func flagsNow() async throws -> [String: [UInt8]] {
    _ = try await context.partitions(of: partition.topic)
    let end = try await context.end(of: partition)
    let position = state.withLock { state in
      // A topic that was deleted and made again has fewer records than were read.
      if state.position > end { (state.flags, state.position) = ([:], 0) }
      return state.position
    }
    if position < end {
      try await read(from: position)
      // Records that were compacted away at the end never come.
      state.withLock { $0.position = max($0.position, end) }
    }
    return state.withLock { $0.flags }
  }

  private func read(from position: Int64) async throws {
    let reader = try KafkaReader(context.configuration)
    let result: Result<Void, any Error>
    do {
      try await reader.start([partition: .offset(position)], follows: false)
      while case let records = try await reader.nextBatch(), !records.isEmpty { take(records) }
      result = .success(())
    } catch { result = .failure(error) }
    await reader.close()
    try result.get()
  }

  private func take(_ records: [ReceivedRecord]) {
    state.withLock { state in
      for record in records where record.offset >= state.position {
        state.position = record.offset + 1
        guard let key = record.key.flatMap({ String(validating: $0, as: UTF8.self) }) else { continue }
        state.flags[key] = record.value
      }
    }
  }
}
