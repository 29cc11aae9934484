import Kafka
public import MessageLog

/// How a log uses its cluster.
public struct KafkaLogSettings: Sendable {
  /// The prefix of the names of topics and groups, so that several installations can share a cluster.
  public var prefix = "shoal."
  /// After how long a killed worker is noticed. Brokers allow 6 s to 30 min.
  public var sessionTimeout: Duration = .seconds(6)
  /// How often a worker sends heartbeats; a rebalance takes about as long to begin.
  public var heartbeatInterval: Duration = .milliseconds(1_500)
  /// How long the handling of one record may take before the worker leaves its group. Deliveries may be held for any
  /// time: this limits only this module's own thread.
  public var pollInterval: Duration = .seconds(60)
  /// After how long a broker with nothing new answers; with new records, it answers at once.
  public var fetchWait: Duration = .milliseconds(100)
  /// How long deliveries of a revoked partition may take to end.
  public var revokeWaitMilliseconds = 2_000
  /// The most unfinished records of one partition that are buffered before it is paused.
  public var bufferedRecordsPerPartition = 1_000
  /// The most bytes of a topic that are buffered before its partitions are paused.
  public var bufferedBytesPerTopic = 16 << 20
  /// How long finished records of work topics are kept, for `shoal replay --topic --since`.
  public var keepsFinished: Duration = .seconds(7 * 86_400)
  /// Called with every error that may pass, from any thread; for log lines.
  public var report: @Sendable (MessageLogError) -> Void = { _ in }

  public init(prefix: String = "shoal.") { self.prefix = prefix }

  /// A topic's name in the cluster.
  public func name(of topic: Topic) -> String { prefix + topic.name }

  /// The name of the group that shares the work on a topic: that of the topic.
  public func group(of topic: Topic) -> String { name(of: topic) }

  /// The name of the group that returns waiting messages.
  public var retryGroup: String { prefix + "retry" }

  /// The topic of the control flags.
  public var controlTopic: String { prefix + "control" }

  var shelf: TopicBuffer.Limits {
    TopicBuffer.Limits(recordsOfPartition: bufferedRecordsPerPartition, bytes: bufferedBytesPerTopic)
  }

  func isWork(_ name: String) -> Bool { name.hasPrefix("\(prefix)work.") }

  func options(group: String, topics: [Topic]) -> GroupOptions {
    var options = GroupOptions(group: group, topics: topics.map { name(of: $0) })
    options.sessionTimeout = sessionTimeout
    options.heartbeatInterval = heartbeatInterval
    options.pollInterval = pollInterval
    options.fetchWait = fetchWait
    // `TopicBuffer` limits what is kept. If either limit here were reached, older libraries would pause for up to a
    // second.
    options.prefetchedRecords = 10_000
    options.prefetchedBytes = 4 << 20
    return options
  }
}
