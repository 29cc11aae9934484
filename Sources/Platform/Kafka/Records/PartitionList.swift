internal import CRdKafka
internal import Glibc

/// The library's list of partitions with offsets, owned. A list that is not destroyed makes destroying the client hang.
struct PartitionList: ~Copyable {
  let list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

  /// Partitions without offsets.
  init(_ partitions: some Sequence<TopicPartition>) {
    list = rd_kafka_topic_partition_list_new(16)
    for partition in partitions { rd_kafka_topic_partition_list_add(list, partition.topic, partition.partition) }
  }

  /// Partitions with the offsets to commit.
  init(_ offsets: some Sequence<CommitOffset>) {
    list = rd_kafka_topic_partition_list_new(16)
    for offset in offsets {
      let entry = rd_kafka_topic_partition_list_add(list, offset.partition.topic, offset.partition.partition)
      entry?.pointee.offset = offset.offset
      guard !offset.metadata.isEmpty else { continue }
      // The list frees it, with C's own free.
      entry?.pointee.metadata = UnsafeMutableRawPointer(strdup(offset.metadata))
      entry?.pointee.metadata_size = offset.metadata.utf8.count
    }
  }

  /// Takes over a list that a call gave to its caller.
  init(owning list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) { self.list = list }

  deinit { rd_kafka_topic_partition_list_destroy(list) }

  /// The library's own fields of each partition.
  var entries: UnsafeBufferPointer<rd_kafka_topic_partition_t> { list.pointee.entries }
}

extension rd_kafka_topic_partition_list_t {
  /// The fields of each partition.
  var entries: UnsafeBufferPointer<rd_kafka_topic_partition_t> { UnsafeBufferPointer(start: elems, count: Int(cnt)) }
}

extension rd_kafka_topic_partition_t {
  /// Which partition it is.
  var key: TopicPartition { TopicPartition(String(cString: topic), partition) }

  /// The offset and its metadata, if one is committed.
  var committed: CommittedOffset? {
    guard offset >= 0 else { return nil }
    let bytes = UnsafeRawBufferPointer(start: metadata, count: metadata == nil ? 0 : metadata_size)
    return CommittedOffset(offset: offset, metadata: String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
  }
}
