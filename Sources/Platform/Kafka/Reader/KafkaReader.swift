internal import CRdKafka

/// Reads partitions without a group, up to their end or following them as they grow. It commits nothing and shares
/// nothing; every reader sees all records.
public final class KafkaReader: Sendable {
  /// Where to begin in a partition.
  public enum Start: Sendable, Hashable {
    /// At the oldest record.
    case beginning
    /// After the newest record.
    case end
    /// At this offset; at the oldest record if it is gone.
    case offset(Int64)
    /// At the first record that is not older than this, in milliseconds since 1970; at the end if there is none.
    case time(milliseconds: Int64)
  }

  /// The most records kept ahead of `next`.
  public static let bufferLimit = 1000

  /// An object of its own, because its thread keeps it: a reader that nothing refers to any more is closed.
  private let core: ReaderCore

  /// Opens a reader; nothing is read before `start`.
  ///
  /// - Throws: `.badSetting`.
  public init(_ configuration: KafkaConfiguration) throws(KafkaError) { core = try ReaderCore(configuration) }

  deinit { core.beginClose() }

  /// Waits until a broker has answered, login included.
  ///
  /// - Throws: one error with the cause; a refused login or certificate at once.
  public func connect(within limit: Duration) async throws(KafkaError) {
    try await core.life.withClient { client throws(KafkaError) in try client.awaitBroker(within: limit) }
  }

  /// Begins to read all partitions of a topic. See `start` of several partitions.
  public func start(_ topic: String, from start: Start, follows: Bool) async throws(KafkaError) {
    let partitions = try await partitions(of: topic)
    try await self.start(Dictionary(uniqueKeysWithValues: partitions.map { ($0, start) }), follows: follows)
  }

  /// Begins to read these partitions; may be called once.
  ///
  /// - Parameter follows: continue as they grow; otherwise each ends at its current end.
  public func start(_ starts: [TopicPartition: Start], follows: Bool) async throws(KafkaError) {
    let plan = try await core.life.withClient { client throws(KafkaError) in
      try ReadingPlan(client, starts, follows: follows)
    }
    try core.begin(plan)
  }

  /// The next record, in order per partition; nil after the end of the started partitions, and after `close`.
  ///
  /// - Throws: `KafkaError` if reading can't continue, `CancellationError`.
  public func next() async throws -> ReceivedRecord? { try await core.next(limit: 1).first }

  /// The next records: at least one, at most `limit`, as many as are there; none after the end.
  ///
  /// - Throws: like `next`.
  public func nextBatch(limit: Int = bufferLimit) async throws -> [ReceivedRecord] { try await core.next(limit: limit) }

  /// The partitions of a topic.
  public func partitions(of topic: String) async throws(KafkaError) -> [TopicPartition] {
    try await core.life.withClient { client throws(KafkaError) in
      try client.describe(topic: topic).partitions.map { TopicPartition(topic, $0.number) }
    }
  }

  /// The first offset of a partition, and the one after its last record.
  public func watermarks(of partition: TopicPartition) async throws(KafkaError) -> Range<Int64> {
    try await core.life.withClient { client throws(KafkaError) in try client.watermarks(of: partition) }
  }

  /// The same for many partitions, with two requests to each broker that leads some of them.
  public func watermarks(of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: Range<Int64>] {
    try await core.life.withClient { client throws(KafkaError) in try client.watermarks(of: partitions) }
  }

  /// Ends the reader, within a few seconds whatever the brokers do. Closing again waits for the end.
  public func close() async {
    core.beginClose()
    await core.life.ended()
  }
}

/// The records of a reader, as a sequence.
extension KafkaReader: AsyncSequence {
  /// Takes records from the reader; several of them share them out.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let reader: KafkaReader
    public mutating func next() async throws -> ReceivedRecord? { try await reader.next() }
  }
  /// An iterator over the remaining records.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: self) }
}
