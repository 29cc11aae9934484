internal import CRdKafka

/// Questions to the brokers. They block for at most the request's time; for a thread of its own.
extension Client {
  static let questionTimeout: Int32 = 15_000

  /// One topic, as the cluster describes it.
  func describe(topic: String) throws(KafkaError) -> KafkaTopicDescription {
    let topics = try describe(topic: Optional(topic)).topics
    guard let found = topics.first(where: { $0.name == topic }) else {
      throw context.error(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, subject: topic)
    }
    return found
  }

  /// The cluster, its brokers and all topics.
  func describeCluster() throws(KafkaError) -> KafkaClusterDescription { try describe(topic: nil) }

  private func describe(topic: String?) throws(KafkaError) -> KafkaClusterDescription {
    var found: UnsafePointer<rd_kafka_metadata>?
    let handleOfTopic = topic.map { rd_kafka_topic_new(handle, $0, nil) } ?? nil
    defer { if let handleOfTopic { rd_kafka_topic_destroy(handleOfTopic) } }
    let code = rd_kafka_metadata(handle, topic == nil ? 1 : 0, handleOfTopic, &found, Self.questionTimeout)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let found else {
      throw context.error(code, subject: topic ?? "the cluster")
    }
    defer { rd_kafka_metadata_destroy(found) }
    let metadata = found.pointee
    var topics: [KafkaTopicDescription] = []
    for entry in UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt)) {
      let name = String(cString: entry.topic)
      guard entry.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
        if topic != nil { throw context.error(entry.err, subject: name) }
        continue
      }
      topics.append(KafkaTopicDescription(entry))
    }
    let brokers = UnsafeBufferPointer(start: metadata.brokers, count: Int(metadata.broker_cnt)).map {
      KafkaBroker(number: $0.id, host: String(cString: $0.host), port: Int($0.port))
    }
    return KafkaClusterDescription(
      identifier: rd_kafka_clusterid(handle, 0).map { identifier in
        defer { rd_kafka_mem_free(handle, identifier) }
        return String(cString: identifier)
      }, brokers: brokers.sorted { $0.number < $1.number }, topics: topics.sorted { $0.name < $1.name })
  }

  /// The first offset, and the one after the last record.
  func watermarks(of partition: TopicPartition) throws(KafkaError) -> Range<Int64> {
    var (low, high): (Int64, Int64) = (0, 0)
    let code = rd_kafka_query_watermark_offsets(
      handle, partition.topic, partition.partition, &low, &high, Self.questionTimeout)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw context.error(code, subject: "\(partition)") }
    return low..<max(low, high)
  }

  /// The same for many partitions: two requests to each broker that leads some of them.
  func watermarks(of partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Range<Int64>] {
    guard !partitions.isEmpty else { return [:] }
    let low = try offsets(of: partitions, at: Int64(RD_KAFKA_OFFSET_BEGINNING))
    let high = try offsets(of: partitions, at: Int64(RD_KAFKA_OFFSET_END))
    return low.reduce(into: [:]) { all, found in
      if let end = high[found.key] { all[found.key] = found.value..<max(found.value, end) }
    }
  }

  /// The first offset of each partition whose record is not older; none for partitions with only older records.
  func offsets(
    of partitions: [TopicPartition], notBefore milliseconds: Int64
  ) throws(KafkaError) -> [TopicPartition: Int64] {
    guard !partitions.isEmpty else { return [:] }
    return try offsets(of: partitions, at: max(0, milliseconds)).filter { $0.value >= 0 }
  }

  /// Offsets at a time, or at the protocol's marks for the beginning and the end, which the library passes on.
  private func offsets(
    of partitions: [TopicPartition], at time: Int64
  ) throws(KafkaError) -> [TopicPartition: Int64] {
    let list = PartitionList(partitions)
    for index in list.entries.indices { list.list.pointee.elems[index].offset = time }
    let code = rd_kafka_offsets_for_times(handle, list.list, Self.questionTimeout)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw context.error(code, subject: "offsets of partitions") }
    var found: [TopicPartition: Int64] = [:]
    for entry in list.entries {
      guard entry.err == RD_KAFKA_RESP_ERR_NO_ERROR else { throw context.error(entry.err, subject: "\(entry.key)") }
      found[entry.key] = entry.offset
    }
    return found
  }

  /// The first offset whose record is not older; nil if all are older.
  func offset(of partition: TopicPartition, at milliseconds: Int64) throws(KafkaError) -> Int64? {
    let list = PartitionList([partition])
    list.list.pointee.elems[0].offset = milliseconds
    let code = rd_kafka_offsets_for_times(handle, list.list, Self.questionTimeout)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw context.error(code, subject: "\(partition)") }
    let entry = list.entries[0]
    guard entry.err == RD_KAFKA_RESP_ERR_NO_ERROR else { throw context.error(entry.err, subject: "\(partition)") }
    return entry.offset >= 0 ? entry.offset : nil
  }
}
