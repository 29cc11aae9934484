import Kafka
import MessageLog
import PipelineRules
import Synchronization

/// What the parts of a log share: the cluster, the partition counts of its topics, and the messages of its errors.
final class KafkaContext: Sendable {
  /// For how long a partition count is cached.
  private static let countIsFreshFor: Duration = .seconds(60)

  /// How often a topic is looked for, half a second apart, before it counts as missing.
  private static let looksForTopic = 8
  /// How often other requests are tried, half a second apart, before their error is reported.
  private static let triesBefore = 30

  let configuration: KafkaConfiguration
  let settings: KafkaLogSettings
  let admin: KafkaAdmin
  private let sleeper: any Clock<Duration>
  private let isClosed = Mutex(false)
  private let counts = Mutex<[String: Count]>([:])
  /// A topic's partition count, or the request for it, which many callers may wait for.
  private struct Count {
    let since: ContinuousClock.Instant
    let answer: Task<Result<Int, KafkaError>, Never>
  }

  init(
    _ configuration: KafkaConfiguration, _ settings: KafkaLogSettings, sleeper: any Clock<Duration>
  ) throws(KafkaError) {
    self.configuration = configuration
    self.settings = settings
    self.sleeper = sleeper
    admin = try KafkaAdmin(configuration)
  }

  /// The error of the message log: what is wrong, and what to do about it.
  func words(for error: KafkaError) -> MessageLogError {
    let remedy =
      switch error.reason {
      case .unknownTopic: " `shoal topics create` makes the topics that are missing."
      case .notAllowed: " `shoal topics describe` shows which rights are missing."
      case .tooLarge:
        " The topic's max.message.bytes is too small for Shoal's messages. `shoal doctor` names the command that "
          + "raises it; then run this again."
      default: ""
      }
    let mayPass = error.isRetriable || error.isFatal || isPassing(error)
    return MessageLogError(error.message + remedy, isRetriable: mayPass)
  }

  /// An error of any layer as an error of the message log.
  func messageLogError(_ error: any Error) -> MessageLogError {
    switch error {
    case let error as MessageLogError: error
    case let error as KafkaError: words(for: error)
    default: MessageLogError("\(error)", isRetriable: true)
    }
  }

  func report(_ error: KafkaError) { settings.report(words(for: error)) }

  /// Pauses between two attempts at something that may work later.
  func rest() async throws { try await sleeper.sleep(for: .milliseconds(500)) }

  /// Waits for `body`, but at most this long; `body` then continues in the background.
  func atMost(_ limit: Duration, _ body: @escaping @Sendable () async -> Void) async {
    let isOver = Doorbell()
    let (work, watch) = (
      Task {
        await body()
        isOver.ring()
      },
      Task { [sleeper] in
        try? await sleeper.sleep(for: limit)
        isOver.ring()
      }
    )
    try? await isOver.wait(past: 0)
    watch.cancel()
    _ = work
  }

  /// Records of work topics with the partitions that their keys belong to.
  func spread(_ records: [OutgoingRecord]) async throws -> [OutgoingRecord] {
    var spread: [OutgoingRecord] = []
    spread.reserveCapacity(records.count)
    for var record in records {
      if record.partition == nil, let key = record.key, settings.isWork(record.topic) {
        record.partition = KeySpread.partition(of: key, among: try await partitionCount(of: record.topic))
      }
      spread.append(record)
    }
    return spread
  }

  /// The partitions of a topic.
  func partitions(of topic: String) async throws(KafkaError) -> [TopicPartition] {
    (0..<(try await partitionCount(of: topic))).map { TopicPartition(topic, Int32($0)) }
  }

  /// The end offsets of partitions.
  func ends(of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: Int64] {
    var ends: [TopicPartition: Int64] = [:]
    for partition in partitions { ends[partition] = try await end(of: partition) }
    return ends
  }

  /// The offsets that a group has committed for the partitions of a topic.
  func committed(of group: String, _ topic: String) async throws(KafkaError) -> [TopicPartition: GroupOffset?] {
    let partitions = try await partitions(of: topic)
    let committed = try await retrying { () throws(KafkaError) in
      try await admin.offsets(ofGroup: group, partitions: partitions)
    }
    var all: [TopicPartition: GroupOffset?] = [:]
    for partition in partitions {
      all[partition] = .some(committed[partition].map { GroupOffset(position: $0.offset, note: $0.metadata) })
    }
    return all
  }

  /// The current end offset of a partition.
  func end(of partition: TopicPartition) async throws(KafkaError) -> Int64 {
    try await retrying { () throws(KafkaError) in try await admin.watermarks(of: partition).upperBound }
  }

  /// From now on, errors of the kind `closed` are final.
  func beginClose() { isClosed.withLock { $0 = true } }

  func close() async { await admin.close() }

  /// One request serves all callers that wait for it.
  private func partitionCount(of topic: String) async throws(KafkaError) -> Int {
    let now = ContinuousClock.now
    let count = counts.withLock { counts in
      if let known = counts[topic], now - known.since < Self.countIsFreshFor { return known }
      let asked = Count(since: now, answer: Task { await lookUpPartitionCount(of: topic) })
      counts[topic] = asked
      return asked
    }
    do throws(KafkaError) { return try await count.answer.value.get() } catch {
      counts.withLock { if $0[topic]?.since == count.since { $0[topic] = nil } }
      throw error
    }
  }

  private func lookUpPartitionCount(of topic: String) async -> Result<Int, KafkaError> {
    do throws(KafkaError) {
      return .success(
        try await retrying { () throws(KafkaError) in try await admin.describe(topic: topic).partitions.count })
    } catch { return .failure(error) }
  }

  /// Repeats a request whose error may pass: a new topic may not be known to every broker yet, or a leader may be
  /// moving. An error that persists is thrown.
  func retrying<Value>(
    tries: Int = triesBefore, _ body: () async throws(KafkaError) -> Value
  ) async throws(KafkaError) -> Value {
    for count in 1...tries {
      do throws(KafkaError) { return try await body() } catch {
        guard error.isRetriable || isPassing(error) || (error.reason == .unknownTopic && count < Self.looksForTopic),
          !isClosed.withLock({ $0 }), (try? await rest()) != nil
        else { throw error }
      }
    }
    return try await body()
  }

  /// Repeats a request that an open client refuses as closed.
  func whileOpen<Value>(_ body: () async throws -> Value) async throws -> Value {
    for _ in 0..<Self.triesBefore {
      do { return try await body() } catch let error as KafkaError where isPassing(error) {
        report(error)
        try await rest()
      }
    }
    return try await body()
  }

  /// The library reports that a broker's handle was destroyed also when it replaces one of its connections.
  private func isPassing(_ error: KafkaError) -> Bool { error.reason == .closed && !isClosed.withLock { $0 } }
}
