public import Kafka
public import MessageLog
public import PaperModel
internal import Synchronization

/// The message log on Apache Kafka, for any number of processes on any number of machines.
///
/// Each work topic has a group of its own, whose members share its partitions: a delivery belongs to the member that
/// has its partition, for hours if need be. A process that is killed loses its partitions within about
/// `KafkaLogSettings.sessionTimeout`. A worker that comes or goes moves partitions; deliveries of theirs that are held
/// go on, but their ends no longer count, and the messages are delivered again: the journal decides then. Among the
/// keys of a topic there is no order but that of urgency and age among what a consumer has received.
public final class KafkaMessageLog: MessageLog {
  private struct State {
    var consumers: [ObjectIdentifier: KafkaMessageConsumer] = [:]
    var forwarder: RetryForwarder?
    var followers: [Task<Void, Never>] = []
    var isClosed = false
  }

  let context: KafkaContext
  private let producer: KafkaProducer
  private let desk: RecordWriter
  private let table: ControlCache
  private let state = Mutex(State())

  /// A log on a cluster; nothing is connected yet. To be closed.
  /// - Parameters:
  ///   - clock: what messages wait by.
  ///   - sleeper: what pauses between tries are timed with.
  /// - Throws: `MessageLogError` for a setting that is wrong.
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
  /// - Throws: `MessageLogError` that says what is in the way; a refused login or certificate at once.
  public func connect(within limit: Duration) async throws {
    try await mappingErrors { try await producer.connect(within: limit) }
  }

  /// What stands in the way of this log's consumers at the moment and may pass; nil where all is well.
  public var trouble: MessageLogError? {
    let (consumers, forwarder) = state.withLock { ($0.consumers.values.map { $0 }, $0.forwarder) }
    return consumers.lazy.compactMap(\.trouble).first ?? forwarder?.trouble
  }

  /// Publishes messages; they are on all replicas that are in sync before it returns.
  public func publish(_ messages: [Message]) async throws {
    try MessageLimit.check(messages)
    guard !messages.isEmpty else { return }
    let settings = context.settings
    try await desk.write(messages.map { RecordForm.record(of: $0, topic: settings.name(of: $0.topic)) })
  }

  /// Takes part in the work of some topics, and in bringing waiting messages back.
  /// - Throws: `MessageLogError` for a topic that is missing, and for brokers that do not answer.
  public func consumer(of topics: [Topic], worker: WorkerID) async throws -> any MessageConsumer {
    try await mappingErrors {
      for topic in topics + RetryTier.allCases.map({ .retry($0) }) {
        _ = try await context.partitions(of: context.settings.name(of: topic))
      }
    }
    let bell = Doorbell()
    return try state.withLock { state in
      guard !state.isClosed else { throw MessageLogError("The message log was closed.", isRetriable: false) }
      do {
        if state.forwarder == nil { state.forwarder = try RetryForwarder(context, desk) }
      } catch let error as KafkaError { throw context.words(for: error) }
      let members = try Set(topics).map { ($0, try TopicConsumer(of: $0, context, bell: bell)) }
      let consumer = KafkaMessageConsumer(
        of: Dictionary(uniqueKeysWithValues: members), desk: desk, bell: bell
      ) { [weak self] in self?.forget($0) }
      state.consumers[ObjectIdentifier(consumer)] = consumer
      return consumer
    }
  }

  /// What is not finished in a work or retry topic, what lies in a dead-letter topic; oldest first.
  public func browse(_ topic: Topic, limit: Int) async throws -> [StoredMessage] {
    try await mappingErrors { try await TopicBrowser(context: context).browse(topic, limit: limit) }
  }

  /// Takes a dead letter out. Of two who do so at the same time both may be told that they did.
  /// - Throws: `MessageLogError` for other topics: what waits in them can't be taken out.
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

  /// Sets a word of control for a key, or takes it back with nil.
  public func setControl(_ key: String, to value: [UInt8]?) async throws {
    _ = try await mappingErrors { try await context.whileOpen { try await producer.send(table.record(key, value)) } }
  }

  /// All words of control, with all that any process has set before.
  public func control() async throws -> [String: [UInt8]] { try await mappingErrors { try await table.words() } }

  /// All words of control, now and after each change. Ends when the log is closed.
  public func controlChanges() -> AsyncStream<[String: [UInt8]]> {
    let (stream, feed) = AsyncStream.makeStream(of: [String: [UInt8]].self, bufferingPolicy: .bufferingNewest(1))
    let following = Task { [table] in
      await table.follow { feed.yield($0) }
      feed.finish()
    }
    feed.onTermination = { _ in following.cancel() }
    let isClosed = state.withLock { state in
      state.followers.append(following)
      return state.isClosed
    }
    if isClosed { following.cancel() }
    return stream
  }

  /// Gives back what consumers hold, commits what is finished, sends what is on its way, and leaves the cluster.
  public func close() async {
    let open = state.withLock { state in
      state.isClosed = true
      defer { state = State(isClosed: true) }
      return state
    }
    for follower in open.followers { follower.cancel() }
    await withTaskGroup(of: Void.self) { group in
      for consumer in open.consumers.values { group.addTask { await consumer.close() } }
      if let forwarder = open.forwarder { group.addTask { await forwarder.close() } }
    }
    for follower in open.followers { await follower.value }
    context.beginClose()
    await producer.close()
    await context.close()
  }

  private func forget(_ consumer: KafkaMessageConsumer) {
    state.withLock { $0.consumers[ObjectIdentifier(consumer)] = nil }
  }

  /// Errors as the seam has them.
  func mappingErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as KafkaError { throw context.words(for: error) }
  }
}
