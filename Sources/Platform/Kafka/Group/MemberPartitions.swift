internal import CRdKafka

/// A member's partitions and their state. Only the consumer's thread touches it.
final class MemberPartitions {
  private let client: Client
  private let queue: OpaquePointer
  private let options: GroupOptions
  private let handler: any GroupConsumerHandler

  private(set) var assigned: Set<TopicPartition> = []
  var hasChanged = false
  /// The library has given this member its part of the partitions at least once, be it none.
  private(set) var wasEverAssigned = false
  let pauses: Pauses
  /// The position of reading, in this assignment.
  private var progress: [PartitionKey: Progress] = [:]
  /// The partition of the record before: mostly the next one's too.
  private var latest: (key: PartitionKey, progress: Progress)?
  /// Between a revocation and the next assignment a commit would belong to an old generation.
  private var isRebalancing = false
  private var held: [PendingCommit] = []
  private var open: [ObjectIdentifier: PendingCommit] = [:]

  private final class Progress {
    let partition: TopicPartition
    var last: Int64 = -1
    /// When the broker appended the last record; nil if that is not known.
    var lastAppended: Int64?
    init(_ partition: TopicPartition) { self.partition = partition }
  }

  init(
    _ client: Client, _ queue: OpaquePointer, _ options: GroupOptions, _ handler: any GroupConsumerHandler
  ) {
    self.client = client
    self.queue = queue
    self.options = options
    self.handler = handler
    pauses = Pauses(client, queue)
  }

  // MARK: records

  /// The partition of a record to deliver; nil for a record of a revoked partition, and for a duplicate in this
  /// assignment, which older libraries deliver when topics change (librdkafka #4636).
  func accept(_ message: borrowing RawRecord) -> TopicPartition? {
    let key = message.partitionKey
    if let known = latest?.key == key ? latest?.progress : progress[key] {
      if message.offset <= known.last {
        guard isFromAnotherLog(message, known) else { return nil }
        beginAnew(known.partition)
      }
      note(message, known)
      latest = (key, known)
      return known.partition
    }
    guard let partition = message.partition, assigned.contains(partition) else { return nil }
    let fresh = Progress(partition)
    note(message, fresh)
    progress[key] = fresh
    return partition
  }

  private func note(_ message: borrowing RawRecord, _ progress: Progress) {
    progress.last = message.offset
    progress.lastAppended = message.appendedMilliseconds
  }

  /// Whether a record below the last one was appended after it: the topic was deleted and made again while this member
  /// read it. The library then begins at its start, without an error.
  private func isFromAnotherLog(_ message: borrowing RawRecord, _ known: Progress) -> Bool {
    guard let last = known.lastAppended, let appended = message.appendedMilliseconds else { return false }
    return appended > last
  }

  /// The known state of the partition's old log is void.
  private func beginAnew(_ partition: TopicPartition) {
    _ = handler.revoking([partition], isLost: true)
    handler.assigned([partition: nil])
  }

  // MARK: rebalances

  /// The library's rebalance callback, inside the poll.
  func rebalanced(
    _ code: rd_kafka_resp_err_t, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
  ) {
    hasChanged = true
    switch code {
    case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS: assign(list)
    case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS: revoke(list)
    default:
      handler.failed(client.context.error(code, subject: "group \(options.group)"))
      rd_kafka_assign(client.handle, nil)
      forget(assigned)
    }
  }

  private func assign(_ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
    wasEverAssigned = true
    let fresh = Set(list.pointee.entries.map(\.key))
    forget(fresh)
    if !fresh.isEmpty { handler.assigned(committed(list, fresh)) }
    assigned.formUnion(fresh)
    if let error = rd_kafka_incremental_assign(client.handle, list) {
      handler.failed(client.context.error(consuming: error, subject: "taking partitions"))
    }
    for partition in fresh { pauses.begin(partition) }
    isRebalancing = false
    for pending in exchange(&held, []) { commit(pending) }
  }

  /// The group's committed offsets. The list then begins each partition there, so nothing is read before they are
  /// known.
  private func committed(
    _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>, _ fresh: Set<TopicPartition>
  ) -> [TopicPartition: CommittedOffset?] {
    let limit = min(options.pollInterval / 2, .seconds(30)).wholeMilliseconds
    let code = rd_kafka_committed(client.handle, list, limit)
    if code != RD_KAFKA_RESP_ERR_NO_ERROR {
      handler.failed(client.context.error(code, subject: "reading committed offsets of group \(options.group)"))
    }
    var found: [TopicPartition: CommittedOffset?] = [:]
    for entry in list.pointee.entries { found[entry.key] = .some(entry.committed) }
    return found
  }

  private func revoke(_ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
    let going = Set(list.pointee.entries.map(\.key))
    let isLost = rd_kafka_assignment_lost(client.handle) != 0
    let last = going.isEmpty ? [] : handler.revoking(going.sorted(), isLost: isLost)
    if !isLost { commitNow(last.filter { going.contains($0.partition) }) }
    isRebalancing = true
    forget(going)
    if String(cString: rd_kafka_rebalance_protocol(client.handle)) == "COOPERATIVE" {
      if let error = rd_kafka_incremental_unassign(client.handle, list) {
        handler.failed(client.context.error(consuming: error, subject: "giving partitions back"))
      }
    } else {
      rd_kafka_assign(client.handle, nil)
    }
  }

  private func forget(_ partitions: Set<TopicPartition>) {
    assigned.subtract(partitions)
    for partition in partitions { pauses.end(partition) }
    progress = progress.filter { !partitions.contains($0.value.partition) }
    latest = nil
  }

  // MARK: commits

  func commit(_ pending: PendingCommit) {
    guard !isRebalancing else { return held.append(pending) }
    if let stranger = pending.offsets.first(where: { !assigned.contains($0.partition) }) {
      return pending.end(.failure(.notAssigned(stranger.partition)))
    }
    open[ObjectIdentifier(pending)] = pending
    let ticket = Unmanaged.passRetained(CommitTicket(self, pending))
    let list = PartitionList(pending.offsets)
    let code = rd_kafka_commit_queue(client.handle, list.list, queue, commitAnswered, ticket.toOpaque())
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    ticket.release()
    answered(pending, code, nil)
  }

  fileprivate func answered(
    _ pending: PendingCommit, _ code: rd_kafka_resp_err_t,
    _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
  ) {
    open[ObjectIdentifier(pending)] = nil
    pending.end(result(code, list))
  }

  /// Commits and waits, inside the rebalance and for a bounded time.
  private func commitNow(_ offsets: [CommitOffset]) {
    guard !offsets.isEmpty else { return }
    let answers = rd_kafka_queue_new(client.handle)
    defer { rd_kafka_queue_destroy(answers) }
    let list = PartitionList(offsets)
    var code = rd_kafka_commit_queue(client.handle, list.list, answers, nil, nil)
    if code == RD_KAFKA_RESP_ERR_NO_ERROR {
      let event = rd_kafka_queue_poll(answers, options.revokeCommitTimeout.wholeMilliseconds)
      defer { rd_kafka_event_destroy(event) }
      code = event == nil ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(event)
    }
    if case .failure(let error) = result(code, nil) { handler.failed(error) }
  }

  private func result(
    _ code: rd_kafka_resp_err_t, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
  ) -> Result<Void, KafkaError> {
    if let bad = list?.pointee.entries.first(where: { $0.err != RD_KAFKA_RESP_ERR_NO_ERROR }) {
      return .failure(client.context.error(bad.err, subject: "\(bad.key)"))
    }
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR__NO_OFFSET else { return .success(()) }
    return .failure(client.context.error(code, subject: "committing offsets of group \(options.group)"))
  }

  /// Fails all open commits at the end.
  func failAllCommits() {
    for pending in exchange(&held, []) + Array(exchange(&open, [:]).values) { pending.end(.failure(.closed)) }
  }
}

/// The target of a commit's callback. If the commit is never answered, it is kept for ever.
private final class CommitTicket {
  weak var partitions: MemberPartitions?
  let pending: PendingCommit
  init(_ partitions: MemberPartitions, _ pending: PendingCommit) {
    self.partitions = partitions
    self.pending = pending
  }
}

private let commitAnswered:
  @convention(c) (
    OpaquePointer?, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
    UnsafeMutableRawPointer?
  ) -> Void = { _, code, list, opaque in
    guard let opaque else { return }
    let ticket = Unmanaged<CommitTicket>.fromOpaque(opaque).takeRetainedValue()
    ticket.partitions?.answered(ticket.pending, code, list)
  }

/// Stores a new value and returns the old one.
private func exchange<Value>(_ place: inout Value, _ new: Value) -> Value {
  let old = place
  place = new
  return old
}
