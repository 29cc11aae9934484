internal import CRdKafka

/// A consumer group as its coordinator knows it.
public struct KafkaGroupDescription: Sendable, Hashable {
  public let name: String
  /// `Stable`, `Empty`, `PreparingRebalance`, `CompletingRebalance`, `Dead` or `Unknown`.
  public let state: String
  public let members: [Member]

  /// A member of a group.
  public struct Member: Sendable, Hashable {
    /// The number that the coordinator gave it.
    public let identifier: String
    /// The name its client gave itself.
    public let clientID: String
    /// The address from which it connected.
    public let host: String
    /// Its assigned partitions.
    public let partitions: [TopicPartition]
  }
}

extension KafkaAdmin {
  /// The names of all groups that this user may see.
  public func groups() async throws(KafkaError) -> [String] {
    try await ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, "listing groups") { client, options, queue in
      rd_kafka_ListConsumerGroups(client, options, queue)
    } answer: { event, _ in
      var count = 0
      let listed = rd_kafka_ListConsumerGroups_result_valid(rd_kafka_event_ListConsumerGroups_result(event), &count)
      return UnsafeBufferPointer(start: listed, count: count).map {
        String(cString: rd_kafka_ConsumerGroupListing_group_id($0))
      }.sorted()
    }
  }

  /// A group and its members. One that does not exist is `Dead` and has none.
  public func describe(group: String) async throws(KafkaError) -> KafkaGroupDescription {
    try await ask(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, "describing group \(group)") { client, options, queue in
      group.withCString { name in
        var names: [UnsafePointer<CChar>?] = [name]
        rd_kafka_DescribeConsumerGroups(client, &names, 1, options, queue)
      }
    } answer: { (event, context) throws(KafkaError) in
      var count = 0
      let groups = rd_kafka_DescribeConsumerGroups_result_groups(
        rd_kafka_event_DescribeConsumerGroups_result(event), &count)
      guard count > 0, let found = groups?[0] else { throw context.error(RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) }
      if let error = rd_kafka_ConsumerGroupDescription_error(found) {
        throw context.error(
          rd_kafka_error_code(error), String(cString: rd_kafka_error_string(error)), subject: "group \(group)")
      }
      return KafkaGroupDescription(group, found)
    }
  }

  /// A group's committed offsets, by partition; for all its partitions, or for those named.
  public func offsets(
    ofGroup group: String, partitions: [TopicPartition]? = nil
  ) async throws(KafkaError) -> [TopicPartition: CommittedOffset] {
    try await ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, "offsets of group \(group)") { client, options, queue in
      let list = PartitionList(partitions ?? [])
      let request = rd_kafka_ListConsumerGroupOffsets_new(group, partitions == nil ? nil : list.list)
      defer { rd_kafka_ListConsumerGroupOffsets_destroy(request) }
      var requests = [request]
      rd_kafka_ListConsumerGroupOffsets(client, &requests, 1, options, queue)
    } answer: { (event, context) throws(KafkaError) in
      var count = 0
      let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
        rd_kafka_event_ListConsumerGroupOffsets_result(event), &count)
      var found: [TopicPartition: CommittedOffset] = [:]
      for result in UnsafeBufferPointer(start: groups, count: count) {
        for entry in try context.partitions(of: result) where entry.err == RD_KAFKA_RESP_ERR_NO_ERROR {
          if let committed = entry.committed { found[entry.key] = committed }
        }
      }
      return found
    }
  }

  /// Sets a group's committed offsets. The brokers refuse it if the group has members.
  public func set(offsets: [CommitOffset], ofGroup group: String) async throws(KafkaError) {
    guard !offsets.isEmpty else { return }
    try await ask(RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, "setting offsets of group \(group)") {
      client, options, queue in
      let list = PartitionList(offsets)
      let request = rd_kafka_AlterConsumerGroupOffsets_new(group, list.list)
      defer { rd_kafka_AlterConsumerGroupOffsets_destroy(request) }
      var requests = [request]
      rd_kafka_AlterConsumerGroupOffsets(client, &requests, 1, options, queue)
    } answer: { (event, context) throws(KafkaError) in
      var count = 0
      let groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
        rd_kafka_event_AlterConsumerGroupOffsets_result(event), &count)
      for result in UnsafeBufferPointer(start: groups, count: count) {
        for entry in try context.partitions(of: result) where entry.err != RD_KAFKA_RESP_ERR_NO_ERROR {
          throw context.error(entry.err, subject: "\(entry.key) of group \(group)")
        }
      }
    }
  }

  /// Deletes a group and its committed offsets. It must have no members.
  public func delete(group: String) async throws(KafkaError) {
    try await ask(RD_KAFKA_ADMIN_OP_DELETEGROUPS, "deleting group \(group)") { client, options, queue in
      let request = rd_kafka_DeleteGroup_new(group)
      defer { rd_kafka_DeleteGroup_destroy(request) }
      var requests = [request]
      rd_kafka_DeleteGroups(client, &requests, 1, options, queue)
    } answer: { (event, context) throws(KafkaError) in
      var count = 0
      let groups = rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event), &count)
      for result in UnsafeBufferPointer(start: groups, count: count) { try context.check(result) }
    }
  }
}

extension ErrorContext {
  fileprivate func check(_ result: OpaquePointer?) throws(KafkaError) {
    guard let error = rd_kafka_group_result_error(result) else { return }
    throw self.error(
      rd_kafka_error_code(error), String(cString: rd_kafka_error_string(error)),
      subject: "group \(String(cString: rd_kafka_group_result_name(result)))")
  }

  fileprivate func partitions(
    of result: OpaquePointer?
  ) throws(KafkaError) -> UnsafeBufferPointer<rd_kafka_topic_partition_t> {
    try check(result)
    guard let list = rd_kafka_group_result_partitions(result) else { return UnsafeBufferPointer(start: nil, count: 0) }
    return list.pointee.entries
  }
}

extension KafkaGroupDescription {
  fileprivate init(_ name: String, _ found: OpaquePointer) {
    self.name = name
    state = String(cString: rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(found)))
    members = (0..<rd_kafka_ConsumerGroupDescription_member_count(found)).map { index in
      let member = rd_kafka_ConsumerGroupDescription_member(found, index)
      let assignment = rd_kafka_MemberDescription_assignment(member)
      let partitions = rd_kafka_MemberAssignment_partitions(assignment)
      return Member(
        identifier: String(cString: rd_kafka_MemberDescription_consumer_id(member)),
        clientID: String(cString: rd_kafka_MemberDescription_client_id(member)),
        host: String(cString: rd_kafka_MemberDescription_host(member)),
        partitions: partitions?.pointee.entries.map(\.key) ?? [])
    }
  }
}
