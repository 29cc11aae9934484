internal import Synchronization

/// A member of a consumer group: it is given partitions of some topics, hands their records to its handler, and keeps
/// polling for ever, however long the handler's work takes elsewhere.
///
/// One thread of its own does everything; the calls here hand it something to do and ring it. Partitions move
/// cooperatively: only those that go elsewhere stop being read. Nothing is committed unless `commit` or the handler's
/// `revoking` says so.
public final class KafkaGroupConsumer: Sendable {
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
  /// too. One record that is being handed over may still come.
  public func pause(_ partitions: some Sequence<TopicPartition>) { member.wish(Set(partitions), paused: true) }

  /// Delivers records of these partitions again, from where it stopped.
  public func resume(_ partitions: some Sequence<TopicPartition>) { member.wish(Set(partitions), paused: false) }

  /// Commits offsets of partitions that are assigned. Between a partition's loss and the next assignment it waits.
  ///
  /// - Throws: `.notAssigned` for a partition that belongs to another member by now (none is committed then), or what
  ///   the brokers answer.
  public func commit(_ offsets: [CommitOffset]) async throws(KafkaError) { try await member.commit(offsets) }

  /// The partitions that are assigned now.
  public var assignment: Set<TopicPartition> { member.assignment }

  /// Leaves the group and ends, within ten seconds whatever the brokers do; the handler is asked what to commit
  /// (`revoking`) before. Closing again waits for the end.
  public func close() async {
    member.life.beginClose()
    await member.life.ended()
  }
}
