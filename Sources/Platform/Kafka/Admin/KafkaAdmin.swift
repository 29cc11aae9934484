internal import CRdKafka
internal import Synchronization

/// Administers a cluster: topics, their settings, groups and their offsets.
///
/// Each call waits on a thread of its own, at most `timeout`. Cancelling a task does not undo a request.
public final class KafkaAdmin: Sendable {
  // A consumer's client, though it reads nothing: where a broker answers a question about a group with an error of its
  // coordinator, librdkafka asks the client's own group for another one, and crashes in clients that have no group.
  private let core: ReaderCore
  private let timeout: Duration

  /// Opens it; nothing is connected before the first call.
  ///
  /// - Throws: `.badSetting`.
  public init(_ configuration: KafkaConfiguration, timeout: Duration = .seconds(15)) throws(KafkaError) {
    self.timeout = timeout
    core = try ReaderCore(configuration)
  }

  deinit { core.beginClose() }

  /// Waits until a broker has answered, login included.
  ///
  /// - Throws: one error with the cause; a refused login or certificate at once.
  public func connect(within limit: Duration) async throws(KafkaError) {
    try await core.life.withClient { client throws(KafkaError) in try client.awaitBroker(within: limit) }
  }

  /// Ends it, after the calls under way.
  public func close() async {
    core.beginClose()
    await core.life.ended()
  }

  // MARK: queries

  /// The brokers that are up, and the topics.
  public func describeCluster() async throws(KafkaError) -> KafkaClusterDescription {
    try await core.life.withClient { client throws(KafkaError) in try client.describeCluster() }
  }

  /// A topic's partitions.
  ///
  /// - Throws: `.unknownTopic`, `.notAllowed`, …
  public func describe(topic: String) async throws(KafkaError) -> KafkaTopicDescription {
    try await core.life.withClient { client throws(KafkaError) in try client.describe(topic: topic) }
  }

  /// The first offset of a partition, and the one after its last record.
  public func watermarks(of partition: TopicPartition) async throws(KafkaError) -> Range<Int64> {
    try await core.life.withClient { client throws(KafkaError) in try client.watermarks(of: partition) }
  }

  /// The same for many partitions at a time, which must have leaders.
  public func watermarks(of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: Range<Int64>] {
    try await core.life.withClient { client throws(KafkaError) in try client.watermarks(of: partitions) }
  }

  /// The first offset whose record is not older than this, in milliseconds since 1970; nil if all are older.
  public func offset(of partition: TopicPartition, at milliseconds: Int64) async throws(KafkaError) -> Int64? {
    try await core.life.withClient { client throws(KafkaError) in try client.offset(of: partition, at: milliseconds) }
  }

  /// The first offset of each partition whose record is not older than this, in milliseconds since 1970; partitions
  /// with only older records are left out.
  public func offsets(
    of partitions: [TopicPartition], at milliseconds: Int64
  ) async throws(KafkaError) -> [TopicPartition: Int64] {
    try await core.life.withClient { client throws(KafkaError) in
      try client.offsets(of: partitions, notBefore: milliseconds)
    }
  }

  // MARK: asking

  /// Runs a blocking call on a thread of its own.
  func withClient<Value: Sendable>(
    _ body: @escaping @Sendable (Client) throws(KafkaError) -> Value
  ) async throws(KafkaError) -> Value {
    try await core.life.withClient(body)
  }

  /// Puts a question through a queue of its own and reads the answer.
  func ask<Answer: Sendable>(
    _ kind: rd_kafka_admin_op_t, _ subject: String,
    _ put: @escaping @Sendable (OpaquePointer, OpaquePointer, OpaquePointer) throws(KafkaError) -> Void,
    answer: @escaping @Sendable (OpaquePointer, ErrorContext) throws(KafkaError) -> Answer
  ) async throws(KafkaError) -> Answer {
    let limit = timeout.wholeMilliseconds
    return try await core.life.withClient { client throws(KafkaError) in
      let question = try AdminQuestion(client, kind, timeout: limit)
      try put(client.handle, question.options, question.queue)
      return try question.answer(subject, answer)
    }
  }
}

/// One question's options and queue, owned.
struct AdminQuestion: ~Copyable {
  let options: OpaquePointer
  let queue: OpaquePointer
  private let context: ErrorContext
  private let timeout: Int32

  init(_ client: Client, _ kind: rd_kafka_admin_op_t, timeout: Int32) throws(KafkaError) {
    context = client.context
    self.timeout = timeout
    options = rd_kafka_AdminOptions_new(client.handle, kind)
    queue = rd_kafka_queue_new(client.handle)
    var words = [CChar](repeating: 0, count: 256)
    let code = rd_kafka_AdminOptions_set_request_timeout(options, timeout, &words, words.count)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw context.error(code, text(words)) }
    guard
      [RD_KAFKA_ADMIN_OP_CREATETOPICS, RD_KAFKA_ADMIN_OP_DELETETOPICS, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS]
        .contains(kind)
    else { return }
    // Wait until the controller has spread the news.
    rd_kafka_AdminOptions_set_operation_timeout(options, timeout, &words, words.count)
  }

  deinit {
    rd_kafka_queue_destroy(queue)
    rd_kafka_AdminOptions_destroy(options)
  }

  /// Waits for the answer and lends it to `read`.
  func answer<Answer>(
    _ subject: String, _ read: (OpaquePointer, ErrorContext) throws(KafkaError) -> Answer
  ) throws(KafkaError) -> Answer {
    // The library answers within its own limit, be it with an error; the rest is for its threads.
    guard let event = rd_kafka_queue_poll(queue, timeout + 5000) else { throw .timedOut(subject) }
    defer { rd_kafka_event_destroy(event) }
    let code = rd_kafka_event_error(event)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      throw context.error(code, String(cString: rd_kafka_event_error_string(event)), subject: subject)
    }
    return try read(event, context)
  }
}
