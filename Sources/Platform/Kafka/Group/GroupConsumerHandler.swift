/// What a group consumer's owner does with what happens. All of it is called on the consumer's one thread, one after
/// the other: a slow call holds up everything else of this consumer, but not its place in the group until
/// `GroupOptions.pollInterval` has passed.
public protocol GroupConsumerHandler: AnyObject, Sendable {
  /// Partitions came to this member; no record of them was delivered yet. With each stands what the group has committed
  /// for it, nil where it has nothing yet.
  func assigned(_ partitions: [TopicPartition: CommittedOffset?])

  /// A record of a partition that is assigned and not paused. Per partition offsets only rise; there may be gaps.
  func received(_ record: ReceivedRecord)

  /// Partitions are about to go to another member. What is answered is committed before they go.
  ///
  /// - Parameter isLost: they are gone already; nothing is committed, and nothing of them counts any more.
  func revoking(_ partitions: [TopicPartition], isLost: Bool) -> [CommitOffset]

  /// Reports an error. Unless `isFatal`, the consumer continues by itself.
  func failed(_ error: KafkaError)
}
