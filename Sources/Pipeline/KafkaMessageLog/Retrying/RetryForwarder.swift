import Kafka
import MessageLog
import PaperModel
import Synchronization

/// Returns waiting messages to their topics when they are due. Each process with a consumer takes part, in one group
/// over all tiers. All messages of a tier wait equally long, so the head of a partition is always due first.
///
/// A message is written to its topic before its offset here is committed: after a crash in between it is returned
/// twice.
final class RetryForwarder: GroupConsumerHandler {
  /// The most records of a partition that are buffered here; then the partition is paused.
  private static let keptPerPartition = 200

  private struct Line {
    var waiting: [ReceivedRecord] = []
    var isPaused = false
    /// The offset after the last record that was returned.
    var position: Int64?
    var work: Task<Void, Never>?
  }

  private struct State {
    var lines: [TopicPartition: Line] = [:]
    var group: KafkaGroupConsumer?
    var trouble: MessageLogError?
    var isClosed = false
  }

  private let context: KafkaContext
  private let desk: RecordWriter
  private let bell = Doorbell()
  private let state = Mutex(State())

  init(_ context: KafkaContext, _ desk: RecordWriter) throws(KafkaError) {
    self.context = context
    self.desk = desk
    let settings = context.settings
    try state.withLock { state throws(KafkaError) in
      state.group = try KafkaGroupConsumer(
        context.configuration,
        settings.options(group: settings.retryGroup, topics: RetryTier.allCases.map { .retry($0) }), handler: self)
    }
  }

  /// The error that keeps messages from being returned at the moment.
  var trouble: MessageLogError? { state.withLock { $0.trouble } }

  func close() async {
    let group = state.withLock { state in
      state.isClosed = true
      return state.group
    }
    await group?.close()
    state.withLock { $0.group = nil }
  }

  // MARK: on the group's thread

  func assigned(_ partitions: [TopicPartition: CommittedOffset?]) {
    state.withLock { state in
      state.trouble = nil
      for partition in partitions.keys {
        state.lines[partition] = Line(work: Task { await self.work(on: partition) })
      }
    }
  }

  func received(_ record: ReceivedRecord) {
    state.withLock { state in
      guard var line = state.lines[record.partition] else { return }
      state.lines[record.partition] = nil
      line.waiting.append(record)
      if line.waiting.count >= Self.keptPerPartition, !line.isPaused {
        line.isPaused = true
        state.group?.pause([record.partition])
      }
      state.lines[record.partition] = line
    }
    bell.ring()
  }

  func revoking(_ partitions: [TopicPartition], isLost: Bool) -> [CommitOffset] {
    let last = state.withLock { state in
      state.group?.resume(partitions)
      return partitions.compactMap { partition -> CommitOffset? in
        let line = state.lines.removeValue(forKey: partition)
        line?.work?.cancel()
        return line?.position.map { CommitOffset(partition, $0) }
      }
    }
    bell.ring()
    return isLost ? [] : last
  }

  func failed(_ error: KafkaError) { note(context.words(for: error)) }

  /// Reports each error once, even if it repeats.
  private func note(_ error: MessageLogError) {
    let isNew = state.withLock { state in
      defer { state.trouble = error }
      return state.trouble != error
    }
    if isNew { context.settings.report(error) }
  }

  // MARK: the work on one partition

  private func work(on partition: TopicPartition) async {
    while !Task.isCancelled {
      let seen = bell.rings
      do {
        guard let head = state.withLock({ $0.lines[partition]?.waiting.first }) else {
          try await bell.wait(past: seen)
          continue
        }
        try await desk.clock.wait(untilMicroseconds: head.time(KafkaHeader.notBefore) ?? 0)
        try await bringBack(partition)
      } catch is CancellationError {
        return
      } catch {
        note(context.messageLogError(error))
        do { try await context.rest() } catch { return }
      }
    }
  }

  /// Returns the records at the head of a partition that are due.
  private func bringBack(_ partition: TopicPartition) async throws {
    let now = desk.clock.nowMicroseconds
    let due = state.withLock { state in
      (state.lines[partition]?.waiting ?? []).prefix { ($0.time(KafkaHeader.notBefore) ?? 0) <= now }
    }
    guard let last = due.last else { return }
    try await desk.write(due.map(onward))
    let group: KafkaGroupConsumer? = state.withLock { state in
      guard !Task.isCancelled, var line = state.lines[partition] else { return nil }
      state.lines[partition] = nil
      line.waiting.removeFirst(due.count)
      line.position = last.offset + 1
      if line.isPaused, line.waiting.isEmpty {
        line.isPaused = false
        state.group?.resume([partition])
      }
      state.lines[partition] = line
      return state.group
    }
    guard let group else { return }
    try await group.commit([CommitOffset(partition, last.offset + 1)])
    state.withLock { $0.trouble = nil }
  }

  /// The record to write for a waiting one. A record without a known origin was not written by a log: it becomes a dead
  /// letter of the first stage, for a person to inspect.
  private func onward(_ record: ReceivedRecord) -> OutgoingRecord {
    let settings = context.settings
    guard let origin = record.topic(HeaderName.originTopic), Topic.allWork.contains(origin) else {
      let tier = Topic(name: String(record.partition.topic.dropFirst(settings.prefix.count)))
      return desk.deadLetter(
        record, from: tier, to: Topic.allDead[0],
        headers: [
          HeaderName.errorKind: "no-origin",
          HeaderName.errorMessage: "A waiting record does not say which work topic it belongs to.",
        ])
    }
    return desk.onward(record, to: origin)
  }
}
