import Glibc
import Kafka

/// Does what `plain_kafka.c` does, with Shoal's client.
struct OwnClientRun {
  private static let distinctValues = 10_000
  private static let warmUp = 50
  private static let pace: Duration = .milliseconds(20)

  var broker: String
  var topic: String
  var count: Int
  var size: Int

  private var configuration: KafkaConfiguration { KafkaConfiguration(brokers: [broker], clientID: "shoal-bench") }

  private func producer(linger: Duration) throws -> KafkaProducer {
    var options = KafkaProducer.Options()
    options.linger = linger
    options.compression = .none
    return try KafkaProducer(configuration, options)
  }

  /// The seconds until all records were acknowledged. Several tasks send, so that building one batch and waiting for
  /// another overlap, as in the library itself.
  func produce() async throws -> [Double] {
    let producer = try producer(linger: .milliseconds(5))
    let batch = (0..<Self.distinctValues).map { number in
      OutgoingRecord(
        topic: topic, partition: 0, value: (0..<size).map { UInt8(truncatingIfNeeded: number * 31 + $0) })
    }
    try await producer.send(batch[0])
    let begin = seconds()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, start) in stride(from: 0, to: count, by: batch.count).enumerated() {
        if index >= 4 { try await group.next() }
        let end = min(batch.count, count - start)
        let part = end < batch.count ? Array(batch[..<end]) : batch
        group.addTask { _ = try await producer.send(part) }
      }
      try await group.waitForAll()
    }
    let time = seconds() - begin
    await producer.close()
    return [time]
  }

  /// The seconds from the first record to the last.
  func consume() async throws -> [Double] {
    let counting = CountingHandler(count)
    let consumer = try consumer(counting)
    await counting.isOver.first { _ in true }
    guard counting.byteCount == count * size else { throw Children.Problem(description: "records of another size") }
    await consumer.close()
    return [counting.end - counting.begin]
  }

  /// The seconds from the sending of each record to its arrival in the handler.
  func handoff() async throws -> [Double] {
    let timing = TimingHandler(count + 1)
    let consumer = try consumer(timing)
    let producer = try producer(linger: .zero)
    var value = [UInt8](repeating: 0, count: size)
    // Once the first record has come, the consumer has its partition.
    try await producer.send(OutgoingRecord(topic: topic, partition: 0, value: value))
    await timing.first.first { _ in true }
    try await withThrowingTaskGroup(of: Void.self) { group in
      var tick = ContinuousClock.now
      for _ in 0..<count {
        tick += Self.pace
        try await ContinuousClock().sleep(until: tick, tolerance: .zero)
        withUnsafeBytes(of: seconds()) { value.replaceSubrange(0..<8, with: $0) }
        let record = OutgoingRecord(topic: topic, partition: 0, value: value)
        group.addTask { try await producer.send(record) }
      }
      try await group.waitForAll()
    }
    await timing.isOver.first { _ in true }
    await consumer.close()
    await producer.close()
    return Array(timing.times.dropFirst(1 + Self.warmUp))
  }

  private func consumer(_ handler: any GroupConsumerHandler) throws -> KafkaGroupConsumer {
    var options = GroupOptions(group: "ours-\(getpid())-\(seconds())", topics: [topic])
    // So many that neither client ever waits for librdkafka's check of the queue, once a second.
    options.prefetchedRecords = 1_000_000
    return try KafkaGroupConsumer(configuration, options, handler: handler)
  }
}

/// Counts records. Only the consumer's thread writes, and the others read after the end.
private final class CountingHandler: GroupConsumerHandler, @unchecked Sendable {
  let isOver: AsyncStream<Void>
  private let over: AsyncStream<Void>.Continuation
  private let expected: Int
  private var count = 0
  private(set) var byteCount = 0
  private(set) var begin = 0.0
  private(set) var end = 0.0

  init(_ expected: Int) {
    self.expected = expected
    (isOver, over) = AsyncStream.makeStream()
  }

  func received(_ record: ReceivedRecord) {
    guard count < expected else { return }
    if count == 0 { begin = seconds() }
    count += 1
    byteCount += record.value?.count ?? 0
    guard count == expected else { return }
    end = seconds()
    over.yield()
  }

  func assigned(_ partitions: [TopicPartition: CommittedOffset?]) {}
  func revoking(_ partitions: [TopicPartition], isLost: Bool) -> [CommitOffset] { [] }
  func failed(_ error: KafkaError) {}
}

/// Records the delay of each record. Only the consumer's thread writes, and the others read after the end.
private final class TimingHandler: GroupConsumerHandler, @unchecked Sendable {
  let first: AsyncStream<Void>
  let isOver: AsyncStream<Void>
  private let begun: AsyncStream<Void>.Continuation
  private let over: AsyncStream<Void>.Continuation
  private let expected: Int
  private(set) var times: [Double] = []

  init(_ expected: Int) {
    self.expected = expected
    (first, begun) = AsyncStream.makeStream()
    (isOver, over) = AsyncStream.makeStream()
    times.reserveCapacity(expected)
  }

  func received(_ record: ReceivedRecord) {
    let now = seconds()
    let sent = record.value?.withUnsafeBytes { $0.loadUnaligned(as: Double.self) } ?? 0
    times.append(now - sent)
    if times.count == 1 { begun.yield() }
    if times.count == expected { over.yield() }
  }

  func assigned(_ partitions: [TopicPartition: CommittedOffset?]) {}
  func revoking(_ partitions: [TopicPartition], isLost: Bool) -> [CommitOffset] { [] }
  func failed(_ error: KafkaError) {}
}
