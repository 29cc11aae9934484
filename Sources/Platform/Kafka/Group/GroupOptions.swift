/// How a member of a consumer group behaves.
public struct GroupOptions: Sendable {
  /// The group's name.
  public var group: String
  /// The topics that the group shares out among its members.
  public var topics: [String]
  /// A name for this member that outlives the process: it may be away for the session's time without a rebalance, and
  /// closing does not give its partitions away. Nil for a member that leaves when it closes.
  public var memberID: String?
  /// After this long without a heartbeat a member is taken for dead. Brokers allow 6 s to 30 min.
  public var sessionTimeout: Duration = .seconds(10)
  /// How often the library shows that the process is alive, by itself.
  public var heartbeatInterval: Duration = .seconds(3)
  /// How long a handler may hold up the thread before the member leaves the group.
  public var pollInterval: Duration = .seconds(60)
  /// Where to begin in a partition without a committed offset.
  public var start = Start.beginning
  /// How many records are fetched ahead of the handler, by the whole consumer and by each paused partition. When the
  /// limit is reached, librdkafka before 2.2.0 checks only once a second whether there is room again: a consumer that
  /// fetches less than it handles in a second idles for the rest of it. (Measured: 13,000 records a second with 10,000,
  /// more than a million with 100,000.)
  public var prefetchedRecords = 100_000
  /// How many bytes are fetched ahead; the same applies as for records.
  public var prefetchedBytes = 64 << 20
  /// How long a broker may wait for a record before it answers that there is none.
  public var fetchWait: Duration = .milliseconds(100)
  /// How long the commit of the offsets that `revoking` returns may take before the partitions are revoked without it.
  public var revokeCommitTimeout: Duration = .seconds(5)

  /// Where to begin without a committed offset.
  public enum Start: String, Sendable {
    /// With the oldest record there is.
    case beginning = "earliest"
    /// With the next new record.
    case end = "latest"
  }

  /// Options for a member of a group.
  public init(group: String, topics: [String]) {
    self.group = group
    self.topics = topics
  }

  func settings(_ configuration: KafkaConfiguration) throws(KafkaError) -> Settings {
    guard !group.isEmpty else { throw .badSetting("A Kafka consumer group needs a name; give it one.") }
    guard !topics.isEmpty else { throw .badSetting("The Kafka consumer group \(group) names no topics; name one.") }
    let settings = try Settings(configuration)
    try settings.setConsumer()
    try settings.set("group.id", group)
    if let memberID { try settings.set("group.instance.id", memberID) }
    try settings.set("partition.assignment.strategy", "cooperative-sticky")
    try settings.set("session.timeout.ms", sessionTimeout)
    try settings.set("heartbeat.interval.ms", heartbeatInterval)
    try settings.set("max.poll.interval.ms", max(pollInterval, sessionTimeout))
    try settings.set("auto.offset.reset", start.rawValue)
    try settings.set("queued.min.messages", "\(prefetchedRecords)")
    try settings.set("queued.max.messages.kbytes", "\(max(1, prefetchedBytes >> 10))")
    try settings.set("fetch.wait.max.ms", fetchWait)
    return settings
  }
}

extension Settings {
  /// The settings of all consumers, in a group or not.
  func setConsumer() throws(KafkaError) {
    try set("enable.auto.commit", "false")
    try set("enable.auto.offset.store", "false")
    try set("enable.partition.eof", "false")
    try set("isolation.level", "read_committed")
    try set("check.crcs", "true")
    try set("fetch.min.bytes", "1")
    try set("fetch.max.bytes", "52428800")
    try set("fetch.message.max.bytes", "1048576")
    try set("fetch.error.backoff.ms", "500")
    // How soon a partition with a full queue is checked again.
    if KafkaLibrary.version >= KafkaLibrary.Version(2, 2, 0) { try set("fetch.queue.backoff.ms", "20") }
    try set("receive.message.max.bytes", "100000000")
  }
}
