internal import Synchronization

/// A member of a consumer group: it is assigned partitions of some topics, passes their records to its handler, and
/// keeps polling however long the handler's work takes elsewhere.
///
/// One thread of its own does everything; the calls here queue a request for it and wake it. Partitions move
/// cooperatively: only revoked ones stop being read. Nothing is committed except by `commit` and by the result of the
/// handler's `revoking`.
public final class KafkaGroupConsumer: Sendable {
  /// An object of its own, because its thread keeps it: a consumer that nothing refers to any more is closed.
  private let member: GroupMember

  /// Joins the group; the handler hears of everything that follows, and is kept until the consumer has ended.
  ///
  /// - Throws: `.badSetting`.
  public init(
    _ configuration: KafkaConfiguration, _ options: GroupOptions, handler: any GroupConsumerHandler
  ) throws(KafkaError) {
    member = try GroupMember(configuration, options, handler)
    member.start()
  }

  deinit { member.life.beginClose() }

  /// Waits until a broker has answered, login included.
  ///
  /// - Throws: one error with the cause; a refused login or certificate at once.
  public func connect(within limit: Duration) async throws(KafkaError) {
    try await member.life.withClient { client throws(KafkaError) in try client.awaitBroker(within: limit) }
  }

  /// Stops delivering records of these partitions, whether or not they are assigned now: it holds for later assignments
  /// too. A record that is being delivered may still arrive.
  public func pause(_ partitions: some Sequence<TopicPartition>) { member.wish(Set(partitions), paused: true) }

  /// Delivers records of these partitions again, from where delivery stopped.
  public func resume(_ partitions: some Sequence<TopicPartition>) { member.wish(Set(partitions), paused: false) }

  /// Commits offsets of assigned partitions. Between a partition's loss and the next assignment it waits.
  ///
  /// - Throws: `.notAssigned` for a partition that belongs to another member by now (none is committed then), or the
  ///   brokers' error.
  public func commit(_ offsets: [CommitOffset]) async throws(KafkaError) { try await member.commit(offsets) }

  /// The partitions that are assigned now.
  public var assignment: Set<TopicPartition> { member.assignment }

  /// Leaves the group and ends, within ten seconds whatever the brokers do; calls the handler's `revoking` for the last
  /// commit before. Closing again waits for the end.
  public func close() async {
    member.life.beginClose()
    await member.life.ended()
  }
}
