import Kafka
import MessageLog
import PaperModel

/// A delivery of the log. Moving it to another topic copies the record byte for byte.
struct KafkaDelivery: Delivery {
  let message: Message
  let count: Int
  private let taken: TopicBuffer.Taken
  private let consumer: TopicConsumer
  private let desk: RecordWriter

  init(_ taken: TopicBuffer.Taken, _ consumer: TopicConsumer, _ desk: RecordWriter) {
    message = RecordForm.message(taken.record, in: consumer.topic)
    count = taken.count
    self.taken = taken
    self.consumer = consumer
    self.desk = desk
  }

  func finish() async throws { consumer.end(taken.slot, isFinished: true) }

  func giveBack() async throws { consumer.end(taken.slot, isFinished: false) }

  func retry(afterSeconds seconds: Int, headers: [String: String]) async throws {
    try await move(headers) { desk.waiting(taken.record, from: message.topic, seconds: seconds, headers: $0) }
  }

  func deadLetter(headers: [String: String]) async throws {
    try await move(headers) {
      desk.deadLetter(taken.record, from: message.topic, to: message.topic.deadLetters, headers: $0)
    }
  }

  /// Writes the record to its new topic before finishing it here: after a crash in between it is in both.
  private func move(_ headers: [String: String], _ record: ([String: String]) -> OutgoingRecord) async throws {
    try MessageLimit.check(headers, of: message)
    guard consumer.isCurrent(taken.slot) else {
      consumer.end(taken.slot, isFinished: false)
      return
    }
    try await desk.write([record(headers)])
    consumer.end(taken.slot, isFinished: true)
  }
}

/// Writes the records that deliveries turn into.
struct RecordWriter: Sendable {
  let context: KafkaContext
  let producer: KafkaProducer
  let clock: any WallClock

  /// A record that waits in a retry tier before it returns to its topic.
  func waiting(
    _ record: ReceivedRecord, from topic: Topic, seconds: Int, headers: [String: String]
  ) -> OutgoingRecord {
    let now = clock.nowMicroseconds
    return waiting(record, until: later(now, RetryTier.delaySeconds(for: seconds)), now, from: topic, headers)
  }

  /// A record that leaves a tier: to its topic, or to a tier again if it waits longer than the longest one.
  func onward(_ record: ReceivedRecord, to topic: Topic) -> OutgoingRecord {
    let now = clock.nowMicroseconds
    if let due = record.time(KafkaHeader.due), due > now { return waiting(record, until: due, now, from: topic, [:]) }
    let left = record.headers.filter { $0.name != KafkaHeader.notBefore && $0.name != KafkaHeader.due }
    return OutgoingRecord(
      topic: context.settings.name(of: topic), key: record.key, value: record.value, headers: left)
  }

  /// A dead letter, keyed by the place that it came from, so that writing it twice makes one letter.
  func deadLetter(
    _ record: ReceivedRecord, from topic: Topic, to dead: Topic, headers: [String: String]
  ) -> OutgoingRecord {
    let (partition, offset) = (record.partition.partition, record.offset)
    var said = headers
    said[HeaderName.originTopic] = topic.name
    said[HeaderName.originPartition] = "\(partition)"
    said[HeaderName.originOffset] = "\(offset)"
    if let time = record.timestampMilliseconds { said[HeaderName.originTime] = "\(time)000" }
    var all = RecordForm.headers(record.headers, replacedBy: said).filter { !KafkaHeader.ofLetters.contains($0.name) }
    if let key = record.key { all.append(RecordHeader(KafkaHeader.originKey, key)) }
    // In a compacted topic a record without value deletes.
    if record.value == nil { all.append(RecordHeader(KafkaHeader.hadNoValue, text: "1")) }
    return OutgoingRecord(
      topic: context.settings.name(of: dead), key: Array("\(topic):\(partition):\(offset)".utf8),
      value: record.value ?? [], headers: all)
  }

  /// Writes records, those of work topics to the partitions of their keys. A record whose write was not confirmed may
  /// be written twice.
  func write(_ records: [OutgoingRecord]) async throws {
    do {
      let spread = try await context.spread(records)
      _ = try await context.whileOpen { try await producer.send(spread) }
    } catch let error as KafkaError { throw context.words(for: error) }
  }

  private func waiting(
    _ record: ReceivedRecord, until due: Int64, _ now: Int64, from topic: Topic, _ headers: [String: String]
  ) -> OutgoingRecord {
    let seconds = Int(clamping: (due - now + 999_999) / 1_000_000)
    let tier = RetryTier.covering(seconds: seconds)
    let here = min(due, later(now, tier.seconds))
    var said = headers
    said[HeaderName.originTopic] = topic.name
    said[KafkaHeader.notBefore] = "\(here)"
    let all = RecordForm.headers(record.headers.filter { $0.name != KafkaHeader.due }, replacedBy: said)
    return OutgoingRecord(
      topic: context.settings.name(of: .retry(tier)), key: record.key, value: record.value,
      headers: here < due ? all + [RecordHeader(KafkaHeader.due, text: "\(due)")] : all)
  }

  private func later(_ time: Int64, _ seconds: Int) -> Int64 {
    let (microseconds, isTooLarge) = Int64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000)
    let (later, isTooLate) = time.addingReportingOverflow(microseconds)
    return isTooLarge || isTooLate ? .max : later
  }
}
