/// One partition of one topic.
public struct TopicPartition: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The topic's name.
  public let topic: String
  /// The partition's number, from 0.
  public let partition: Int32

  /// A partition of a topic.
  public init(_ topic: String, _ partition: Int32) {
    self.topic = topic
    self.partition = partition
  }

  /// `topic/3`.
  public var description: String { "\(topic)/\(partition)" }

  /// By topic, then by number.
  public static func < (left: Self, right: Self) -> Bool {
    (left.topic, left.partition) < (right.topic, right.partition)
  }
}

/// The position of a record in the log.
public struct RecordPlace: Sendable, Hashable, CustomStringConvertible {
  /// The partition it is in.
  public let partition: TopicPartition
  /// Its number in the partition.
  public let offset: Int64

  /// A place in a partition.
  public init(_ partition: TopicPartition, _ offset: Int64) {
    self.partition = partition
    self.offset = offset
  }

  /// `topic/3@42`.
  public var description: String { "\(partition)@\(offset)" }
}
