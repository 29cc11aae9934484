/// A group's committed offset of a partition.
public struct CommittedOffset: Sendable, Hashable {
  /// The first record that is not done yet.
  public let offset: Int64
  /// Committed with the offset; may be empty.
  public let metadata: String

  public init(offset: Int64, metadata: String = "") {
    self.offset = offset
    self.metadata = metadata
  }
}

/// An offset to commit for a partition.
public struct CommitOffset: Sendable, Hashable {
  /// The most bytes of metadata that brokers keep by default (`offset.metadata.max.bytes`).
  public static let metadataLimit = 4096

  public let partition: TopicPartition
  /// The first record that is not done yet.
  public let offset: Int64
  /// Printable ASCII of at most `metadataLimit` bytes, handed to the partition's next owner.
  public let metadata: String

  /// An offset without metadata.
  public init(_ partition: TopicPartition, _ offset: Int64) {
    precondition(offset >= 0, "an offset counts from 0")
    self.partition = partition
    self.offset = offset
    metadata = ""
  }

  /// An offset with metadata.
  ///
  /// - Throws: `.metadataRefused` for metadata that is too long, or that an older library would store damaged.
  public init(_ partition: TopicPartition, _ offset: Int64, metadata: String) throws(KafkaError) {
    precondition(offset >= 0, "an offset counts from 0")
    guard metadata.utf8.count <= Self.metadataLimit, metadata.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
      throw .metadataRefused(partition, byteCount: metadata.utf8.count)
    }
    self.partition = partition
    self.offset = offset
    self.metadata = metadata
  }
}
