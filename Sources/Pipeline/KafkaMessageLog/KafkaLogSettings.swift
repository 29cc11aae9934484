import Kafka
public import MessageLog

/// How a log uses its cluster.
public struct KafkaLogSettings: Sendable {
  /// What the names of topics and groups begin with, so that several installations share a cluster.
  public var prefix = "shoal."
  /// A worker that was killed is noticed after this long. Brokers allow 6 s to 30 min.
  public var sessionTimeout: Duration = .seconds(6)
  /// How often a worker shows that it lives; a rebalance takes about as long to begin.
  public var heartbeatInterval: Duration = .milliseconds(1_500)
  /// How long the handling of one record may take before the worker leaves its group. Deliveries may be held for any
  /// time: this is about this module's own thread.
  public var pollInterval: Duration = .seconds(60)
  /// A broker with nothing new answers after this long; with something new, at once.
  public var fetchWait: Duration = .milliseconds(100)
  /// When partitions go to another worker, deliveries of theirs have so long to end.
  public var revokeWaitMilliseconds = 2_000
  /// Unfinished records of one partition that are buffered before it is paused.
  public var bufferedRecordsPerPartition = 1_000
  /// Bytes that are buffered for each topic before it is paused.
  public var bufferedBytesPerTopic = 16 << 20
  /// How long finished records of work topics are kept, for `shoal replay --topic --since`.
  public var keepsFinished: Duration = .seconds(7 * 86_400)
  /// Told of everything that goes wrong and may pass, from any thread; for log lines.
  public var report: @Sendable (MessageLogError) -> Void = { _ in }

  /// Settings for a prefix.
  public init(prefix: String = "shoal.") { self.prefix = prefix }

  /// A topic's name in the cluster.
  public func name(of topic: Topic) -> String { prefix + topic.name }

  /// The name of the group that shares the work on a topic: that of the topic.
  public func group(of topic: Topic) -> String { name(of: topic) }

  /// The name of the group that brings waiting messages back.
  public var retryGroup: String { prefix + "retry" }

  /// The topic of the words of control.
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
    // The shelf holds what comes. Once either mark is reached, older libraries rest for up to a second.
    options.prefetchedRecords = 10_000
    options.prefetchedBytes = 4 << 20
    return options
  }
}
