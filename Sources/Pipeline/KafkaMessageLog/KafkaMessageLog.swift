public import Kafka
public import MessageLog
public import PaperModel
internal import Synchronization

/// The message log on Apache Kafka, for any number of processes on any number of machines.
///
/// Each work topic has a consumer group of its own: a delivery belongs to the member that has its partition, for hours
/// if need be. A killed process loses its partitions within about `KafkaLogSettings.sessionTimeout`. Partitions move
/// when a worker joins or leaves; work on held deliveries of theirs continues, but ending them has no effect, and the
/// messages are delivered again: the journal decides then. Among the keys of a topic, a consumer delivers the most
/// urgent and oldest first of what it has received.
public final class KafkaMessageLog: MessageLog {
  private struct State {
    var consumers: [ObjectIdentifier: KafkaMessageConsumer] = [:]
    var forwarder: RetryForwarder?
    var isClosed = false
  }

  let context: KafkaContext
  private let producer: KafkaProducer
  private let desk: RecordWriter
  private let table: ControlCache
  private let state = Mutex(State())

  /// Creates a log; the first call connects. It must be closed.
  /// - Parameters:
  ///   - clock: the time that waiting messages are due by.
  ///   - sleeper: times the pauses between attempts.
  /// - Throws: `MessageLogError` for an invalid setting.
  public init(
    _ configuration: KafkaConfiguration, _ settings: KafkaLogSettings = KafkaLogSettings(),
    clock: any WallClock = MachineClock(), sleeper: any Clock<Duration> = ContinuousClock()
  ) throws(MessageLogError) {
    do throws(KafkaError) {
      context = try KafkaContext(configuration, settings, sleeper: sleeper)
      var options = KafkaProducer.Options()
      options.recordByteLimit = KafkaTopics.recordByteLimit
      producer = try KafkaProducer(configuration, options)
      table = ControlCache(context)
    } catch { throw MessageLogError(error.message, isRetriable: false) }
    desk = RecordWriter(context: context, producer: producer, clock: clock)
  }

  /// Waits until a broker has answered, login included.
  /// - Throws: `MessageLogError` that says why none answers; a refused login or certificate at once.
  public func connect(within limit: Duration) async throws {
    try await mappingErrors { try await producer.connect(within: limit) }
  }

  /// Waits until a broker answers again, for a log that was connected before.
  /// - Throws: `MessageLogError` after the limit.
  public func awaitAnswer(within limit: Duration) async throws {
    try await mappingErrors { try await producer.awaitAnswer(within: limit) }
  }

  /// The error that keeps this log's consumers from working at the moment, if any.
  public var trouble: MessageLogError? {
    let (consumers, forwarder) = state.withLock { ($0.consumers.values.map { $0 }, $0.forwarder) }
    return consumers.lazy.compactMap(\.trouble).first ?? forwarder?.trouble
  }

  /// Publishes messages. All in-sync replicas have them before it returns.
  public func publish(_ messages: [Message]) async throws {
    try MessageLimit.check(messages)
    guard !messages.isEmpty else { return }
    let settings = context.settings
    try await desk.write(messages.map { RecordForm.record(of: $0, topic: settings.name(of: $0.topic)) })
  }

  /// Joins the consumer groups of some topics, and takes part in returning waiting messages.
  /// - Throws: `MessageLogError` for a missing topic, and for brokers that do not answer.
  public func consumer(of topics: [Topic], worker: WorkerID) async throws -> any MessageConsumer {
    try await mappingErrors {
      for topic in topics + RetryTier.allCases.map({ .retry($0) }) {
        _ = try await context.partitions(of: context.settings.name(of: topic))
      }
    }
    try await startForwarder()
    let bell = Doorbell()
    let consumer = KafkaMessageConsumer(of: try await join(topics, bell), desk: desk, bell: bell) { [weak self] in
      self?.forget($0)
    }
    let isOpen = state.withLock { state in
      if !state.isClosed { state.consumers[ObjectIdentifier(consumer)] = consumer }
      return !state.isClosed
    }
    guard isOpen else {
      await consumer.close()
      throw Self.closed
    }
    return consumer
  }

  private static let closed = MessageLogError("The message log was closed.", isRetriable: false)

  /// Joins the group of each topic; if one can't be joined, leaves the others again.
  private func join(_ topics: [Topic], _ bell: Doorbell) async throws -> [Topic: TopicConsumer] {
    var members: [Topic: TopicConsumer] = [:]
    do {
      for topic in Set(topics) { members[topic] = try TopicConsumer(of: topic, context, bell: bell) }
    } catch {
      for member in members.values { await member.close() }
      throw error
    }
    return members
  }

  /// Starts to return waiting messages, once for each log.
  private func startForwarder() async throws {
    if state.withLock({ $0.forwarder != nil }) { return }
    let made = try await mappingErrors { try RetryForwarder(context, desk) }
    let isUsed = state.withLock { state in
      guard !state.isClosed, state.forwarder == nil else { return false }
      state.forwarder = made
      return true
    }
    if !isUsed { await made.close() }
    if state.withLock({ $0.isClosed }) { throw Self.closed }
  }

  /// The unfinished messages of a work or retry topic, or all of a dead-letter topic; oldest first.
  public func browse(_ topic: Topic, limit: Int) async throws -> [StoredMessage] {
    try await mappingErrors { try await TopicBrowser(context: context).browse(topic, limit: limit) }
  }

  /// Removes a dead letter. Two concurrent callers may both get `true`.
  /// - Throws: `MessageLogError` for other topics: their messages can't be removed.
  public func remove(_ identity: String, from topic: Topic) async throws -> Bool {
    guard topic.isDead else {
      throw MessageLogError("Only dead letters can be taken out; \(topic) holds none.", isRetriable: false)
    }
    return try await mappingErrors {
      let letters = try await TopicBrowser(context: context).letters(of: topic)
      guard let letter = letters.first(where: { $0.identity == identity }), let key = letter.key else { return false }
      let partition = letter.partition
      let end = OutgoingRecord(topic: partition.topic, partition: partition.partition, key: key, value: nil)
      _ = try await context.whileOpen { try await producer.send(end) }
      return true
    }
  }

  /// Sets a control flag, or removes it with nil.
  public func setControl(_ key: String, to value: [UInt8]?) async throws {
    _ = try await mappingErrors { try await context.whileOpen { try await producer.send(table.record(key, value)) } }
  }

  /// All control flags, including every one that any process set before the call.
  public func control() async throws -> [String: [UInt8]] { try await mappingErrors { try await table.flags() } }

  /// Deletes records of work and retry topics that every consumer group has finished: those of retry topics at once,
  /// those of work topics after `KafkaLogSettings.keepsFinished`.
  /// - Returns: how many records were deleted.
  @discardableResult
  public func deleteFinished() async throws -> Int64 {
    try await mappingErrors { try await TopicTrimmer(context: context, clock: desk.clock).trim() }
  }

  /// Gives back held deliveries, commits finished ones, sends queued messages, and leaves the groups.
  public func close() async {
    let open = state.withLock { state in
      state.isClosed = true
      defer { state = State(isClosed: true) }
      return state
    }
    await withTaskGroup(of: Void.self) { group in
      for consumer in open.consumers.values { group.addTask { await consumer.close() } }
      if let forwarder = open.forwarder { group.addTask { await forwarder.close() } }
    }
    context.beginClose()
    await producer.close()
    await context.close()
  }

  private func forget(_ consumer: KafkaMessageConsumer) {
    state.withLock { $0.consumers[ObjectIdentifier(consumer)] = nil }
  }

  /// Converts errors to those of the message log.
  func mappingErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as KafkaError { throw context.words(for: error) }
  }
}
