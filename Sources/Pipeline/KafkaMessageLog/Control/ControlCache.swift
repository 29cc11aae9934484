import Kafka
import MessageLog
import Synchronization

/// The words of control: a compacted topic of one partition, of which this keeps what it has read. Whoever asks gets
/// all that was set before, by whichever process: the topic's end is asked for, and read up to where it has moved.
///
/// One question is under way at a time. Whoever comes meanwhile shares the next one with all others: the answer of one
/// that has begun may lack what was set before they came.
final class ControlCache: Sendable {
  /// A question that several wait for.
  private final class Question: Sendable {
    let bell = Doorbell()
    let answer = Mutex<Result<[String: [UInt8]], any Error>?>(nil)
  }

  private struct State {
    var words: [String: [UInt8]] = [:]
    /// The offset to read on from.
    var position: Int64 = 0
    var isAsking = false
    /// The one that has not begun.
    var next: Question?
  }

  private let context: KafkaContext
  private let partition: TopicPartition
  private let state = Mutex(State())

  init(_ context: KafkaContext) {
    self.context = context
    partition = TopicPartition(context.settings.controlTopic, 0)
  }

  /// The record that sets a word, or takes it back.
  func record(_ key: String, _ value: [UInt8]?) -> OutgoingRecord {
    OutgoingRecord(topic: partition.topic, partition: partition.partition, key: Array(key.utf8), value: value)
  }

  /// All words that are set.
  func words() async throws -> [String: [UInt8]] {
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

  /// Answers questions one after the other, until nobody has one.
  private func ask() async {
    while let question = nextQuestion() {
      let answer: Result<[String: [UInt8]], any Error>
      do { answer = .success(try await wordsNow()) } catch { answer = .failure(error) }
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

  private func wordsNow() async throws -> [String: [UInt8]] {
    _ = try await context.partitions(of: partition.topic)
    let end = try await context.end(of: partition)
    let position = state.withLock { state in
      // A topic that was made anew has fewer records than were read.
      if state.position > end { (state.words, state.position) = ([:], 0) }
      return state.position
    }
    if position < end {
      try await read(from: position, follows: false) { _ in }
      // What was compacted away at the end never comes.
      state.withLock { $0.position = max($0.position, end) }
    }
    return state.withLock { $0.words }
  }

  /// Yields all words, now and after each change, until the task is cancelled. What stands in the way is reported and
  /// tried again.
  func follow(_ tell: @escaping @Sendable ([String: [UInt8]]) -> Void) async {
    while !Task.isCancelled {
      do {
        tell(try await words())
        try await read(from: state.withLock { $0.position }, follows: true, tell)
      } catch {
        if let error = error as? KafkaError { context.report(error) }
        do { try await context.rest() } catch { return }
      }
    }
  }

  private func read(
    from position: Int64, follows: Bool, _ tell: @Sendable ([String: [UInt8]]) -> Void
  ) async throws {
    let reader = try KafkaReader(context.configuration)
    let result: Result<Void, any Error>
    do {
      try await reader.start([partition: .offset(position)], follows: follows)
      while case let records = try await reader.nextBatch(), !records.isEmpty { tell(take(records)) }
      result = .success(())
    } catch { result = .failure(error) }
    await reader.close()
    try result.get()
  }

  /// Several may read at the same time: each record counts once, in its order.
  private func take(_ records: [ReceivedRecord]) -> [String: [UInt8]] {
    state.withLock { state in
      for record in records where record.offset >= state.position {
        state.position = record.offset + 1
        guard let key = record.key.flatMap({ String(validating: $0, as: UTF8.self) }) else { continue }
        state.words[key] = record.value
      }
      return state.words
    }
  }
}
