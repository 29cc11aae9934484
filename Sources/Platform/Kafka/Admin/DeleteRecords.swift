internal import CRdKafka

extension KafkaAdmin {
  /// Deletes the records of each partition below an offset. Deleting deleted records has no effect.
  /// - Returns: the first remaining offset of each partition.
  /// - Throws: the first partition's error; others may have been done.
  @discardableResult
  public func deleteRecords(
    below offsets: [TopicPartition: Int64]
  ) async throws(KafkaError) -> [TopicPartition: Int64] {
    guard !offsets.isEmpty else { return [:] }
    return try await ask(RD_KAFKA_ADMIN_OP_DELETERECORDS, "deleting records") { client, options, queue in
      let list = PartitionList(offsets.map { CommitOffset($0.key, $0.value) })
      let request = rd_kafka_DeleteRecords_new(list.list)
      defer { rd_kafka_DeleteRecords_destroy(request) }
      var requests = [request]
      rd_kafka_DeleteRecords(client, &requests, 1, options, queue)
    } answer: { (event, context) throws(KafkaError) in
      let result = rd_kafka_event_DeleteRecords_result(event)
      var left: [TopicPartition: Int64] = [:]
      for entry in rd_kafka_DeleteRecords_result_offsets(result).pointee.entries {
        guard entry.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
          throw context.error(entry.err, subject: "deleting records of \(entry.key)")
        }
        left[entry.key] = entry.offset
      }
      return left
    }
  }
}
