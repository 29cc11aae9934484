internal import MessageLog

/// A topic as it should be.
public struct TopicPlan: Sendable, Hashable {
  /// Its name in the cluster.
  public let name: String
  /// The number of partitions.
  public let partitions: Int
  /// The number of replicas of each partition.
  public let replication: Int
  /// Its settings, by Kafka's names for them.
  public let configuration: [String: String]
}

/// The sizes with which a cluster's topics are created.
public struct TopicSizes: Sendable, Hashable {
  /// Partitions of each work topic: at most this many workers share a stage.
  public var workPartitions = 24
  /// Partitions of each retry tier.
  public var retryPartitions = 4
  /// Partitions of the events topic.
  public var eventPartitions = 12
  /// The number of replicas of everything.
  public var replication = 3
  /// How many days events are kept.
  public var eventDays = 30

  /// The default sizes, for a cluster of three brokers or more.
  public init() {}

  /// The default sizes for this number of brokers.
  public init(brokers: Int) { replication = max(1, min(3, brokers)) }
}

/// The topics of a log and their settings.
///
/// Messages that wait must not expire, so work and retry topics have no retention time; workers delete finished records
/// (`KafkaMessageLog.deleteFinished`), and small segments free their room soon. Dead letters and control flags are
/// compacted, which removes deleted ones.
public enum KafkaTopics {
  /// The largest record that can be forwarded: a compressed record may be large when it arrives. Brokers limit batches
  /// by their compressed size.
  static let recordByteLimit = 32 << 20
  /// The most bytes of a batch in a work topic. A record that fits there, with the headers added on its way, also fits
  /// into a retry tier and a dead-letter topic.
  private static let workBatchBytes = 1_200_000
  private static let headersOnTheWay = 100_000
  /// Bytes of a segment of a work or retry topic: brokers free whole segments.
  private static let segmentBytes = 64 << 20

  /// All topics of a log.
  public static func plan(prefix: String, _ sizes: TopicSizes = TopicSizes()) -> [TopicPlan] {
    let settings = KafkaLogSettings(prefix: prefix)
    func topic(_ name: String, _ partitions: Int, _ configuration: [String: String]) -> TopicPlan {
      var all = configuration
      all["min.insync.replicas"] = sizes.replication >= 3 ? "2" : "1"
      all["message.timestamp.type"] = "LogAppendTime"
      return TopicPlan(name: name, partitions: partitions, replication: sizes.replication, configuration: all)
    }
    func kept(for milliseconds: Int, bytes: Int) -> [String: String] {
      ["cleanup.policy": "delete", "retention.ms": "\(milliseconds)", "max.message.bytes": "\(bytes)"]
    }
    func compacted(bytes: Int) -> [String: String] { ["cleanup.policy": "compact", "max.message.bytes": "\(bytes)"] }
    func trimmed(bytes: Int) -> [String: String] {
      kept(for: -1, bytes: bytes).merging(["segment.bytes": "\(segmentBytes)"]) { $1 }
    }
    let work = Topic.allWork.map {
      topic(settings.name(of: $0), sizes.workPartitions, trimmed(bytes: workBatchBytes))
    }
    let retry = RetryTier.allCases.map {
      topic(settings.name(of: .retry($0)), sizes.retryPartitions, trimmed(bytes: workBatchBytes + headersOnTheWay))
    }
    let dead = Topic.allDead.map {
      topic(settings.name(of: $0), 1, compacted(bytes: workBatchBytes + 2 * headersOnTheWay))
    }
    let day = 24 * 60 * 60 * 1_000
    return work + retry + dead + [
      topic(prefix + "events", sizes.eventPartitions, kept(for: sizes.eventDays * day, bytes: workBatchBytes)),
      topic(settings.controlTopic, 1, compacted(bytes: workBatchBytes)),
    ]
  }
}
