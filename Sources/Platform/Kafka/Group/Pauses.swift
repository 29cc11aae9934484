internal import CRdKafka

/// The paused partitions, and the records that had arrived already when they were paused.
///
/// The library's own pause is not used: it discards fetched records, begins again up to a second later, survives a
/// revocation silently (to 2.16 at least), and before 2.4.0 resuming could go back (librdkafka #4636). Here a paused
/// partition's queue is detached from the consumer's. It fills to the prefetch limits, the library stops fetching by
/// itself, and resuming is immediate. Only the consumer's thread touches it.
final class Pauses {
  private let client: Client
  private let consumerQueue: OpaquePointer
  /// The requested pauses, for partitions that are assigned or not.
  private var wanted: Set<TopicPartition> = []
  /// The queue of each assigned partition, owned.
  private var queues: [TopicPartition: OpaquePointer] = [:]
  /// Records that were in the consumer's queue when their partition was paused, oldest first.
  private var kept: [TopicPartition: ArraySlice<ReceivedRecord>] = [:]
  /// Partitions with kept records that may be handed out.
  private var ready: Set<TopicPartition> = []

  init(_ client: Client, _ consumerQueue: OpaquePointer) {
    self.client = client
    self.consumerQueue = consumerQueue
  }

  func pause(_ partitions: Set<TopicPartition>) {
    wanted.formUnion(partitions)
    for partition in partitions { apply(partition) }
  }

  func resume(_ partitions: Set<TopicPartition>) {
    wanted.subtract(partitions)
    for partition in partitions { apply(partition) }
  }

  /// The library reads the partition from now on.
  func begin(_ partition: TopicPartition) {
    queues[partition] = rd_kafka_queue_get_partition(client.handle, partition.topic, partition.partition)
    apply(partition)
  }

  /// Drops a revoked partition with its buffered records.
  func end(_ partition: TopicPartition) {
    kept[partition] = nil
    ready.remove(partition)
    if let queue = queues.removeValue(forKey: partition) { rd_kafka_queue_destroy(queue) }
  }

  /// All partitions go. A queue that is not given back makes destroying the client hang.
  func endAll() {
    for partition in Array(queues.keys) { end(partition) }
  }

  /// Keeps a record that came after its partition was paused, or behind others that are kept.
  func keep(_ record: ReceivedRecord) {
    kept[record.partition, default: []].append(record)
    if !wanted.contains(record.partition) { ready.insert(record.partition) }
  }

  /// Whether the next record of the partition is to be kept: it is paused, or others of it are kept.
  func holdsBack(_ partition: TopicPartition) -> Bool {
    if wanted.isEmpty && kept.isEmpty { return false }
    return wanted.contains(partition) || kept[partition] != nil
  }

  /// The next kept record that may be handed out.
  func next() -> ReceivedRecord? {
    guard !ready.isEmpty, let partition = ready.first, let record = kept[partition]?.popFirst() else { return nil }
    if kept[partition]?.isEmpty == true {
      kept[partition] = nil
      ready.remove(partition)
    }
    return record
  }

  private func apply(_ partition: TopicPartition) {
    let isPaused = wanted.contains(partition)
    if let queue = queues[partition] { rd_kafka_queue_forward(queue, isPaused ? nil : consumerQueue) }
    if isPaused { ready.remove(partition) } else if kept[partition] != nil { ready.insert(partition) }
  }
}
