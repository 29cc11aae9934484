internal import CRdKafka
internal import Synchronization
internal import Threads

/// The implementation of a group consumer: its thread, and the requests of other threads.
///
/// State that only the thread touches is in `Partitions`; state that others write and the thread reads is in `state`.
final class GroupMember: @unchecked Sendable {
  private struct State {
    var inbox: [Ask] = []
    var assignment: Set<TopicPartition> = []
    /// The thread takes nothing from the inbox any more.
    var isGone = false
  }
  /// Something for the thread to do.
  enum Ask {
    case pause(Set<TopicPartition>)
    case resume(Set<TopicPartition>)
    case commit(PendingCommit)
  }

  private let client: Client
  let life: ClientLife
  private let options: GroupOptions
  private let partitions: MemberPartitions
  private let handler: any GroupConsumerHandler
  private let state = Lock(State())

  init(
    _ configuration: KafkaConfiguration, _ options: GroupOptions, _ handler: any GroupConsumerHandler
  ) throws(KafkaError) {
    let settings = try options.settings(configuration)
    settings.withTable { rd_kafka_conf_set_rebalance_cb($0, rebalanced) }
    let observer = GroupObserver(configuration, handler)
    client = try Client(RD_KAFKA_CONSUMER, settings, observer)
    rd_kafka_poll_set_consumer(client.handle)
    let queue: OpaquePointer = rd_kafka_queue_get_consumer(client.handle)
    life = ClientLife(client, polling: queue)
    self.options = options
    self.handler = handler
    partitions = MemberPartitions(client, queue, options, handler)
    observer.partitions = partitions
  }

  func start() {
    OwnThread.require("kafka-group") { self.run() }
  }

  var assignment: Set<TopicPartition> { state.withLock { $0.assignment } }

  // MARK: requests of other threads

  func wish(_ wished: Set<TopicPartition>, paused: Bool) { _ = post(paused ? .pause(wished) : .resume(wished)) }

  func commit(_ offsets: [CommitOffset]) async throws(KafkaError) {
    guard !offsets.isEmpty else { return }
    let result: Result<Void, KafkaError> = await withCheckedContinuation { caller in
      let pending = PendingCommit(offsets, caller)
      if !post(.commit(pending)) { pending.end(.failure(.closed)) }
    }
    try result.get()
  }

  /// False once closing has begun.
  private func post(_ ask: Ask) -> Bool {
    let isTaken = state.withLock { state in
      guard !life.isClosing, !state.isGone else { return false }
      state.inbox.append(ask)
      return true
    }
    if isTaken { life.ring() }
    return isTaken
  }

  // MARK: the thread

  private func run() {
    subscribe()
    while !life.isRung.load(ordering: .acquiring) || !carryOutAsks() {
      if let record = partitions.pauses.next() {
        handler.received(record)
        // The group must still see that the thread is alive, and rebalances are noticed between two records.
        if let message = rd_kafka_consumer_poll(client.handle, 0) { take(RawRecord(message)) }
      } else if let message = rd_kafka_consumer_poll(client.handle, -1) {
        // Without a time limit: every request rings the queue.
        take(RawRecord(message))
      }
      publishAssignment()
    }
    end()
  }

  private func subscribe() {
    let topics = PartitionList(options.topics.map { TopicPartition($0, RD_KAFKA_PARTITION_UA) })
    let code = rd_kafka_subscribe(client.handle, topics.list)
    if code != RD_KAFKA_RESP_ERR_NO_ERROR {
      handler.failed(client.context.error(code, subject: "subscribing to \(options.topics.joined(separator: ", "))"))
    }
  }

  /// Carries out requests; true once it is time to end.
  private func carryOutAsks() -> Bool {
    // Before the check: a ring during it leads to another one.
    life.isRung.store(false, ordering: .sequentiallyConsistent)
    let mayEnd = life.mayEnd
    let asks = state.withLock { state in
      defer { state.inbox = [] }
      return state.inbox
    }
    for ask in asks { carryOut(ask) }
    return mayEnd
  }

  private func carryOut(_ ask: Ask) {
    switch ask {
    case .pause(let wished): partitions.pauses.pause(wished)
    case .resume(let wished): partitions.pauses.resume(wished)
    case .commit(let pending): partitions.commit(pending)
    }
  }

  private func take(_ message: consuming RawRecord) {
    guard message.code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      let subject = message.partition.map { $0.partition < 0 ? $0.topic : "\($0)" } ?? "group \(options.group)"
      handler.failed(client.context.error(message.code, message.errorText, subject: subject))
      return
    }
    guard let partition = partitions.accept(message) else { return }
    let record = message.copy(from: partition)
    if partitions.pauses.holdsBack(partition) {
      partitions.pauses.keep(record)
    } else {
      handler.received(record)
    }
  }

  private func publishAssignment() {
    guard partitions.hasChanged else { return }
    partitions.hasChanged = false
    let assigned = partitions.assigned
    state.withLock { $0.assignment = assigned }
  }

  private func end() {
    let end = ContinuousClock.now + .seconds(8)
    let isClosed = close(by: end)
    partitions.failAllCommits()
    partitions.pauses.endAll()
    let asks = state.withLock { state in
      state.isGone = true
      state.assignment = []
      defer { state.inbox = [] }
      return state.inbox
    }
    for case .commit(let pending) in asks { pending.end(.failure(.closed)) }
    life.pollsNoLonger()
    // Before 2.3.0 destroying a member that joined and never got its part of the partitions, empty or not, aborts the
    // process (librdkafka #4381). Its memory, threads and connections are left behind instead.
    let isSafe = partitions.wasEverAssigned || KafkaLibrary.version >= KafkaLibrary.firstWithSafeUnassignedClose
    if isSafe && isClosed { client.destroy(within: .seconds(2)) }
    life.hasEnded()
  }

  /// Leaves the group: gives the partitions back, with a last commit, and notifies the coordinator.
  private func close(by end: ContinuousClock.Instant) -> Bool {
    let closing = rd_kafka_queue_new(client.handle)
    defer { rd_kafka_queue_destroy(closing) }
    if let error = rd_kafka_consumer_close_queue(client.handle, closing) {
      handler.failed(client.context.error(consuming: error, subject: "leaving group \(options.group)"))
    }
    while rd_kafka_consumer_closed(client.handle) == 0 {
      let rest = ContinuousClock.now.duration(to: end)
      guard rest > .zero else { return false }
      // Runs the callbacks of the last rebalance; records that arrive meanwhile belong to the next owner.
      if let message = rd_kafka_consume_queue(closing, rest.wholeMilliseconds) { _ = RawRecord(message) }
    }
    return true
  }
}

/// The target of a group consumer's callbacks. All of it runs on the consumer's thread, inside its poll.
final class GroupObserver: ClientObserver, @unchecked Sendable {
  private let handler: any GroupConsumerHandler
  weak var partitions: MemberPartitions?

  init(_ configuration: KafkaConfiguration, _ handler: any GroupConsumerHandler) {
    self.handler = handler
    super.init(configuration)
  }

  override func failed(_ error: KafkaError) { handler.failed(error) }
}

private let rebalanced:
  @convention(c) (
    OpaquePointer?, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
    UnsafeMutableRawPointer?
  ) -> Void = { _, code, list, opaque in
    guard let list, let observer = GroupObserver.of(opaque) else { return }
    observer.partitions?.rebalanced(code, list)
  }
