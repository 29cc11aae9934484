internal import CRdKafka
internal import Synchronization
internal import Threads

/// One librdkafka producer with its poll thread, which keeps it. After a fatal error it is of no more use, and
/// `KafkaProducer` makes another.
final class ProducerCore: @unchecked Sendable {
  typealias Admission = CheckedContinuation<Result<Void, KafkaError>, Never>
  private struct State {
    var room: SendingRoom<Admission>
    var topics: [String: OpaquePointer] = [:]
    var idlers: [CheckedContinuation<Void, Never>] = []
    var closeDeadline: ContinuousClock.Instant?
  }

  private let client: Client
  let life: ClientLife
  private let observer: ProducerObserver
  private let state: Lock<State>

  init(_ configuration: KafkaConfiguration, _ options: KafkaProducer.Options) throws(KafkaError) {
    observer = ProducerObserver(configuration)
    let settings = try KafkaProducer.settings(configuration, options)
    settings.withTable { rd_kafka_conf_set_dr_msg_cb($0, recordReported) }
    client = try Client(RD_KAFKA_PRODUCER, settings, observer)
    life = ClientLife(client, polling: rd_kafka_queue_get_main(client.handle))
    state = Lock(
      State(room: SendingRoom(recordLimit: options.queueRecordLimit, byteLimit: options.queueByteLimit)))
    OwnThread.require("kafka-producer") { self.run() }
  }

  var context: ErrorContext { client.context }
  /// The error after which nothing can be sent any more.
  ///
  /// The library is asked too: records that fail because of it may be reported before the error itself.
  var fatalError: KafkaError? {
    if let known = observer.fatal.withLock({ $0 }) { return known }
    return life.whilePolled(\.fatalError)
  }

  // MARK: sending

  /// Waits for room for a batch.
  ///
  /// - Throws: `KafkaError.closed`, `CancellationError`.
  func takeRoom(records: Int, bytes: Int) async throws {
    let ticket = WaitingTicket()
    let result: Result<Void, KafkaError> = await withTaskCancellationHandler {
      await withCheckedContinuation { caller in
        let now: Result<Void, KafkaError>? = state.withLock { state in
          if state.closeDeadline != nil { return .failure(.closed) }
          if state.room.take(records: records, bytes: bytes) { return .success(()) }
          let number = state.room.wait(records: records, bytes: bytes, caller)
          guard ticket.isStillWanted(number) else {
            _ = state.room.leave(number)
            return .failure(.cancelledWhileWaiting)
          }
          return nil
        }
        if let now { caller.resume(returning: now) }
      }
    } onCancel: {
      guard let number = ticket.cancel() else { return }
      let left = state.withLock { $0.room.leave(number) }
      left?.waiter.resume(returning: .failure(.cancelledWhileWaiting))
      for caller in left?.admitted ?? [] { caller.resume(returning: .success(())) }
    }
    switch result {
    case .success: break
    case .failure(.cancelledWhileWaiting): throw CancellationError()
    case .failure(let error): throw error
    }
  }

  /// Hands records to the library; there is room for them.
  func hand(over records: ArraySlice<OutgoingRecord>, byteCount: Int) -> DeliveryBatch {
    let batch = DeliveryBatch(count: records.count, byteCount: byteCount) { [self] batch in giveBack(batch) }
    var name = ""
    var topic: OpaquePointer?
    for index in 0..<records.count {
      let place = records.startIndex + index
      if topic == nil || records[place].topic != name {
        name = records[place].topic
        topic = handle(of: name)
      }
      let code =
        topic.map { records[place].enqueue(client.handle, $0, batch.pointer(index)) } ?? rd_kafka_last_error()
      if code != RD_KAFKA_RESP_ERR_NO_ERROR { batch.refused(index, code) }
    }
    return batch
  }

  private func giveBack(_ batch: DeliveryBatch) {
    let (admitted, idlers) = state.withLock { state in
      let admitted = state.room.giveBack(records: batch.count, bytes: batch.byteCount)
      guard state.room.isEmpty else { return (admitted, [CheckedContinuation<Void, Never>]()) }
      defer { state.idlers = [] }
      return (admitted, state.idlers)
    }
    for caller in admitted { caller.resume(returning: .success(())) }
    for caller in idlers { caller.resume() }
  }

  /// The library's handle of a topic, made on first use.
  private func handle(of topic: String) -> OpaquePointer? {
    state.withLock { state in
      if let known = state.topics[topic] { return known }
      let made = rd_kafka_topic_new(client.handle, topic, nil)
      state.topics[topic] = made
      return made
    }
  }

  // MARK: waiting

  /// Waits until nothing is on its way.
  func idle() async {
    await withCheckedContinuation { caller in
      let isIdle = state.withLock { state in
        if !state.room.isEmpty { state.idlers.append(caller) }
        return state.room.isEmpty
      }
      if isIdle { caller.resume() }
    }
  }

  // MARK: the end

  /// Asks for the end: pending records have this long, the rest fails.
  func beginClose(within limit: Duration) {
    let waiting = state.withLock { state in
      let deadline = ContinuousClock.now + limit
      state.closeDeadline = min(state.closeDeadline ?? deadline, deadline)
      return state.room.leaveAll()
    }
    life.beginClose()
    for caller in waiting { caller.resume(returning: .failure(.closed)) }
  }

  private func run() {
    while !life.isClosing { rd_kafka_poll(client.handle, -1) }
    deliverTheRest()
    let topics = state.withLock { state in
      defer { state.topics = [:] }
      return Array(state.topics.values)
    }
    for topic in topics { rd_kafka_topic_destroy(topic) }
    life.pollsNoLonger()
    client.destroy(within: .seconds(10))
    life.hasEnded()
  }

  /// Polls until no record is pending; past the deadline the library drops the rest.
  private func deliverTheRest() {
    while true {
      let mayEnd = life.mayEnd
      let (isDone, deadline) = state.withLock { ($0.room.isEmpty && mayEnd, $0.closeDeadline ?? .now) }
      if isDone { return }
      let rest = ContinuousClock.now.duration(to: deadline)
      if rest > .zero {
        rd_kafka_poll(client.handle, rest.wholeMilliseconds)
      } else {
        rd_kafka_purge(client.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        rd_kafka_poll(client.handle, 50)
      }
    }
  }
}

/// The target of a producer's callbacks.
final class ProducerObserver: ClientObserver, @unchecked Sendable {
  let fatal = Lock<KafkaError?>(nil)

  override func failed(_ error: KafkaError) {
    if error.isFatal { fatal.withLock { $0 = $0 ?? error } }
  }
}

private let recordReported:
  @convention(c) (OpaquePointer?, UnsafePointer<rd_kafka_message_t>?, UnsafeMutableRawPointer?) -> Void = {
    _, message, _ in
    if let message { DeliveryBatch.reported(message) }
  }
