public import PaperModel

/// A keyed message of a topic.
public struct Message: Sendable, Hashable {
  public var topic: Topic
  /// The subject. Messages of one key keep their order and are delivered one at a time.
  public var key: String
  /// A `WorkItem` or a `StreamEvent` in wire format.
  public var body: [UInt8]
  /// Headers by name; the names are those of `HeaderName`.
  public var headers: [String: String]

  public init(topic: Topic, key: String, body: [UInt8], headers: [String: String] = [:]) {
    self.topic = topic
    self.key = key
    self.body = body
    self.headers = headers
  }
}

/// A message as it is stored in a topic.
public struct StoredMessage: Sendable, Hashable {
  /// Its identity within the topic, e.g. `17` or `3:1042`.
  public let identity: String
  public let message: Message
  /// When it was stored: microseconds since 1970.
  public let atMicroseconds: Int64

  public init(identity: String, message: Message, atMicroseconds: Int64) {
    self.identity = identity
    self.message = message
    self.atMicroseconds = atMicroseconds
  }
}

extension Message {
  /// Higher priorities are delivered first. A header that is not a priority counts as 0.
  public var priority: Priority {
    headers[HeaderName.priority].flatMap { Int($0) }.flatMap { Priority($0) } ?? .usual
  }
}

/// The names of headers. `protos/shoal.proto` describes their values.
public enum HeaderName {
  /// The topic of the message before it was retried or dead-lettered.
  public static let originTopic = "origin-topic"
  /// The partition of origin, if the log has partitions.
  public static let originPartition = "origin-partition"
  /// The offset in that partition.
  public static let originOffset = "origin-offset"
  /// When the message was stored there: microseconds since 1970.
  public static let originTime = "origin-time"
  /// The headers that a log may add to a dead letter about its origin.
  public static let placeOfOrigin: Set<String> = [originPartition, originOffset, originTime]
  public static let stream = "stream"
  public static let stage = "stage"
  /// The attempt that failed.
  public static let attempt = "attempt"
  /// When the first attempt failed: microseconds since 1970.
  public static let firstFailure = "first-failure"
  /// When the last attempt failed: microseconds since 1970.
  public static let lastFailure = "last-failure"
  public static let errorKind = "error-kind"
  /// The failure's message, at most 1 KiB.
  public static let errorMessage = "error-message"
  /// The worker that gave up.
  public static let worker = "worker"
  /// The version of Shoal.
  public static let version = "version"
  /// The cost of the stream so far, in nano-dollars.
  public static let cost = "cost"
  public static let campaign = "campaign"
  /// The priority; absent if it is 0.
  public static let priority = "priority"
  /// The trace of the paper: 32 hexadecimal digits.
  public static let trace = "trace"
}

extension Message {
  /// The message with the given headers replacing those of the same name, and with its topic as its origin.
  public func ended(with headers: [String: String]) -> Message {
    var ended = self
    ended.headers.merge(headers) { _, new in new }
    ended.headers[HeaderName.originTopic] = topic.name
    return ended
  }
}

extension RetryTier {
  /// The actual wait for a requested number of seconds: the delay of the covering tier, or longer if no tier is as
  /// long.
  public static func delaySeconds(for seconds: Int) -> Int { max(covering(seconds: seconds).seconds, seconds) }
}
