/// Handles the events of a group consumer. All methods are called on the consumer's one thread, one after the other: a
/// slow call delays everything else of this consumer, but not its membership in the group until
/// `GroupOptions.pollInterval` has passed.
public protocol GroupConsumerHandler: AnyObject, Sendable {
  /// Partitions were assigned to this member; no record of them was delivered yet. Each has the group's committed
  /// offset, nil if there is none.
  func assigned(_ partitions: [TopicPartition: CommittedOffset?])

  /// A record of a partition that is assigned and not paused. Per partition offsets only rise; there may be gaps.
  func received(_ record: ReceivedRecord)

  /// Partitions are about to be revoked. The returned offsets are committed before that.
  ///
  /// - Parameter isLost: they are revoked already; nothing is committed, and their deliveries no longer count.
  func revoking(_ partitions: [TopicPartition], isLost: Bool) -> [CommitOffset]

  /// Reports an error. Unless `isFatal`, the consumer continues by itself.
  func failed(_ error: KafkaError)
}
