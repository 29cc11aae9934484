public import PaperModel

/// A message.
public struct Message: Sendable, Hashable {
  /// Where it goes.
  public var topic: Topic
  /// What it concerns: messages of one key keep their order and are delivered one at a time.
  public var key: String
  /// What it says: a `WorkItem` or a `StreamEvent` in wire format.
  public var body: [UInt8]
  /// Beside the body, names of `HeaderName`.
  public var headers: [String: String]

  /// A message.
  public init(topic: Topic, key: String, body: [UInt8], headers: [String: String] = [:]) {
    self.topic = topic
    self.key = key
    self.body = body
    self.headers = headers
  }
}

/// A message as it lies in a topic.
public struct StoredMessage: Sendable, Hashable {
  /// Its identity within the topic, e.g. `17` or `3:1042`.
  public let identity: String
  /// The message.
  public let message: Message
  /// When it came there: microseconds since 1970.
  public let atMicroseconds: Int64

  /// A message.
  public init(identity: String, message: Message, atMicroseconds: Int64) {
    self.identity = identity
    self.message = message
    self.atMicroseconds = atMicroseconds
  }
}

extension Message {
  /// Of what waits, the higher comes first. What can't be read as a priority is 0.
  public var priority: Priority {
    headers[HeaderName.priority].flatMap { Int($0) }.flatMap { Priority($0) } ?? .usual
  }
}

/// The names of headers. What they say stands in `protos/shoal.proto`.
public enum HeaderName {
  /// The topic that a message came from before it was retried or dead-lettered.
  public static let originTopic = "origin-topic"
  /// The partition that it came from, where the log has partitions.
  public static let originPartition = "origin-partition"
  /// Its offset in that partition.
  public static let originOffset = "origin-offset"
  /// When it came there: microseconds since 1970.
  public static let originTime = "origin-time"
  /// What a log may add about the place that a dead letter came from.
  public static let placeOfOrigin: Set<String> = [originPartition, originOffset, originTime]
  /// The stream.
  public static let stream = "stream"
  /// The stage.
  public static let stage = "stage"
  /// The attempt that failed.
  public static let attempt = "attempt"
  /// When the first attempt failed: microseconds since 1970.
  public static let firstFailure = "first-failure"
  /// When the last attempt failed: microseconds since 1970.
  public static let lastFailure = "last-failure"
  /// The failure's kind.
  public static let errorKind = "error-kind"
  /// The failure's message, at most 1 KiB.
  public static let errorMessage = "error-message"
  /// The worker that gave up.
  public static let worker = "worker"
  /// The version of Shoal.
  public static let version = "version"
  /// What the stream had cost by then, in nano-dollars.
  public static let cost = "cost"
  /// The campaign.
  public static let campaign = "campaign"
  /// The priority; none where it is 0.
  public static let priority = "priority"
  /// What is the same for all that is done for one paper: 32 hexadecimal digits.
  public static let trace = "trace"
}
