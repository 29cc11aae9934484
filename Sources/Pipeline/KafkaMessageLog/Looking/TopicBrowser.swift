import Kafka
import MessageLog
import PipelineRules

/// Reads topics for commands that show them.
struct TopicBrowser: Sendable {
  let context: KafkaContext

  /// The unfinished records of a work or retry topic, or the letters of a dead-letter topic; oldest first.
  func browse(_ topic: Topic, limit: Int) async throws -> [StoredMessage] {
    guard limit > 0 else { return [] }
    if topic.isDead {
      return try await letters(of: topic).prefix(limit).map { letter($0, in: topic) }
    }
    return try await unfinished(of: topic, limit: limit).map { record in
      StoredMessage(
        identity: record.identity, message: RecordForm.message(record, in: topic), atMicroseconds: record.microseconds)
    }
  }

  /// The letters of a topic: the last record of each key, unless that deletes the letter.
  func letters(of topic: Topic) async throws -> [ReceivedRecord] {
    var letters: [[UInt8]: ReceivedRecord] = [:]
    let name = context.settings.name(of: topic)
    let starts = try await context.partitions(of: name).map { ($0, KafkaReader.Start.beginning) }
    try await read(Dictionary(uniqueKeysWithValues: starts)) { record in
      // A record without a key was not written by a log; compaction would not remove it either.
      letters[record.key ?? Array("\(record.place)".utf8)] = record.value == nil ? nil : record
    }
    return letters.values.sorted { $0.isOlder(than: $1) }
  }

  /// The records from the group's offsets on, without those finished above them. Holds at most twice the limit in
  /// memory.
  private func unfinished(of topic: Topic, limit: Int) async throws -> [ReceivedRecord] {
    let name = context.settings.name(of: topic)
    let committed = try await context.committed(
      of: topic.isRetry ? context.settings.retryGroup : context.settings.group(of: topic), name)
    var trackers = committed.mapValues { OffsetTracker(from: $0) }
    var found: [ReceivedRecord] = []
    try await read(committed.mapValues { $0.map { .offset($0.position) } ?? .beginning }) { record in
      guard trackers[record.partition]?.receive(record.offset) != .isFinished else { return }
      // Kept small: this tracker need not remember what it has seen.
      trackers[record.partition]?.finish(record.offset)
      found.append(record)
      if found.count >= 2 * limit {
        found.sort { $0.isOlder(than: $1) }
        found.removeSubrange(limit...)
      }
    }
    return Array(found.sorted { $0.isOlder(than: $1) }.prefix(limit))
  }

  private func read(
    _ starts: [TopicPartition: KafkaReader.Start], _ body: (ReceivedRecord) -> Void
  ) async throws {
    let reader = try KafkaReader(context.configuration)
    let result: Result<Void, any Error>
    do {
      try await reader.start(starts, follows: false)
      while case let records = try await reader.nextBatch(), !records.isEmpty { records.forEach(body) }
      result = .success(())
    } catch { result = .failure(error) }
    await reader.close()
    try result.get()
  }

  private func letter(_ record: ReceivedRecord, in topic: Topic) -> StoredMessage {
    let headers = record.headers.filter { !KafkaHeader.ofLetters.contains($0.name) }
    let message = Message(
      topic: topic, key: record.header(KafkaHeader.originKey).map { String(decoding: $0, as: UTF8.self) } ?? "",
      body: record.value ?? [], headers: RecordForm.texts(headers))
    return StoredMessage(identity: record.identity, message: message, atMicroseconds: record.microseconds)
  }
}

extension Topic {
  /// Whether it holds dead letters.
  var isDead: Bool { name.hasPrefix("dead.") }
  /// Whether it is a retry tier.
  var isRetry: Bool { name.hasPrefix("retry.") }
}

extension ReceivedRecord {
  /// The place within its topic, e.g. `3:1042`.
  var identity: String { "\(partition.partition):\(offset)" }

  /// When it was written: microseconds since 1970.
  var microseconds: Int64 {
    let (microseconds, isTooLarge) = (timestampMilliseconds ?? 0).multipliedReportingOverflow(by: 1_000)
    return isTooLarge ? 0 : microseconds
  }

  /// By time, then by place.
  func isOlder(than other: ReceivedRecord) -> Bool {
    (timestampMilliseconds ?? 0, partition.partition, offset)
      < (other.timestampMilliseconds ?? 0, other.partition.partition, other.offset)
  }
}
