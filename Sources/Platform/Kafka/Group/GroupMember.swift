internal import CRdKafka
internal import Synchronization
internal import Threads

/// The inside of a group consumer: its thread, and what others ask of it.
///
/// What only the thread touches is in `Partitions`; what others write and the thread reads is in `state`.
final class GroupMember: @unchecked Sendable {
  private struct State {
    var inbox: [Ask] = []
    var assignment: Set<TopicPartition> = []
    var isClosing = false
    /// The thread no longer polls, and the queue is about to go.
    var isGone = false
    var hasEnded = false
    var closers: [CheckedContinuation<Void, Never>] = []
    var guests = 0
    var guestsLeft: CheckedContinuation<Void, Never>?
  }
  /// Something for the thread to do.
  enum Ask {
    case pause(Set<TopicPartition>)
    case resume(Set<TopicPartition>)
    case commit(PendingCommit)
  }

  private let client: Client
  private let queue: OpaquePointer
  private let options: GroupOptions
  private let partitions: MemberPartitions
  private let handler: any GroupConsumerHandler
  private let state = Lock(State())
  /// Something in `state` waits for the thread, which so need not take the lock for every record.
  private let isAsked = Atomic(false)

  init(
    _ configuration: KafkaConfiguration, _ options: GroupOptions, _ handler: any GroupConsumerHandler
  ) throws(KafkaError) {
    let settings = try options.settings(configuration)
    settings.withTable { rd_kafka_conf_set_rebalance_cb($0, rebalanced) }
    let observer = GroupObserver(configuration, handler)
    client = try Client(RD_KAFKA_CONSUMER, settings, observer)
    rd_kafka_poll_set_consumer(client.handle)
    queue = rd_kafka_queue_get_consumer(client.handle)
    self.options = options
    self.handler = handler
    partitions = MemberPartitions(client, queue, options, handler)
    observer.partitions = partitions
  }

  func start() {
    OwnThread.require("kafka-group") { self.run() }
  }

  var assignment: Set<TopicPartition> { state.withLock { $0.assignment } }

  // MARK: asked by others

  func wish(_ wished: Set<TopicPartition>, paused: Bool) { _ = post(paused ? .pause(wished) : .resume(wished)) }

  func commit(_ offsets: [CommitOffset]) async throws(KafkaError) {
    guard !offsets.isEmpty else { return }
    let result: Result<Void, KafkaError> = await withCheckedContinuation { caller in
      let pending = PendingCommit(offsets, caller)
      if !post(.commit(pending)) { pending.end(.failure(.closed)) }
    }
    try result.get()
  }

  /// False once the thread is about to end.
  private func post(_ ask: Ask) -> Bool {
    state.withLock { state in
      guard !state.isClosing else { return false }
      state.inbox.append(ask)
      ring()
      return true
    }
  }

  /// Makes the thread look into `state`; called with its lock.
  private func ring() {
    isAsked.store(true, ordering: .releasing)
    rd_kafka_queue_yield(queue)
  }

  /// Runs a blocking call with the handle on a thread of its own; the handle stays until it has returned.
  func withClient<Value: Sendable>(
    _ body: @escaping @Sendable (Client) throws(KafkaError) -> Value
  ) async throws(KafkaError) -> Value {
    let isOpen = state.withLock { state in
      guard !state.isClosing else { return false }
      state.guests += 1
      return true
    }
    guard isOpen else { throw .closed }
    defer {
      state.withLock { state in
        state.guests -= 1
        if !state.isGone { ring() }
      }
    }
    let client = client
    return try await OwnThread.run("kafka-call") { () throws(KafkaError) in try body(client) }
  }

  func beginClose() {
    state.withLock { state in
      state.isClosing = true
      if !state.isGone { ring() }
    }
  }

  func ended() async {
    await withCheckedContinuation { caller in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.closers.append(caller) }
        return state.hasEnded
      }
      if hasEnded { caller.resume() }
    }
  }

  // MARK: the thread

  private func run() {
    subscribe()
    while !isAsked.load(ordering: .acquiring) || !carryOutAsks() {
      if let record = partitions.pauses.next() {
        handler.received(record)
        // The group still wants to see that the thread is alive, and rebalances are seen between two records.
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

  /// Does what others asked for; true once it is time to end.
  private func carryOutAsks() -> Bool {
    let (asks, isClosing) = state.withLock { state in
      isAsked.store(false, ordering: .relaxed)
      defer { state.inbox = [] }
      return (state.inbox, state.isClosing && state.guests == 0)
    }
    for ask in asks { carryOut(ask) }
    return isClosing
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
    let (asks, _) = state.withLock { state in
      state.isGone = true
      state.assignment = []
      defer { state.inbox = [] }
      return (state.inbox, ())
    }
    for case .commit(let pending) in asks { pending.end(.failure(.closed)) }
    rd_kafka_queue_destroy(queue)
    // Before 2.3.0 destroying a member that joined and never got its part of the partitions, empty or not, aborts the
    // process (librdkafka #4381). Its memory, threads and connections are left behind instead.
    let isSafe = partitions.wasEverAssigned || KafkaLibrary.version >= KafkaLibrary.firstWithSafeUnassignedClose
    if isSafe && isClosed { client.destroy(within: .seconds(2)) }
    let closers = state.withLock { state in
      state.hasEnded = true
      defer { state.closers = [] }
      return state.closers
    }
    for caller in closers { caller.resume() }
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
      // Runs the callbacks of the last rebalance; records that come along belong to the next owner.
      if let message = rd_kafka_consume_queue(closing, rest.wholeMilliseconds) { _ = RawRecord(message) }
    }
    return true
  }
}

/// What the callbacks of a group consumer reach. All of it runs on the consumer's thread, inside its poll.
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
