internal import CRdKafka
internal import Dispatch
internal import Synchronization
internal import Threads

/// The implementation of a reader: a thread that fills a buffer, and callers that take from it.
final class ReaderCore: @unchecked Sendable {
  typealias Taking = CheckedContinuation<Result<[ReceivedRecord], any Error>, Never>
  private struct Taker {
    var number: UInt64
    var limit: Int
    var caller: Taking
  }
  private struct State {
    var buffer: [ReceivedRecord] = []
    var takers: [Taker] = []
    var lastNumber: UInt64 = 0
    var failure: KafkaError?
    /// What remains to be read before the end; nil if there is no end, or before the start.
    var unread: [TopicPartition: Int64]?
    var hasBegun = false
    var isClosing = false
    var isWaitingForRoom = false
  }

  private let client: Client
  let life: ClientLife
  private let state = Lock(State())
  private let room = DispatchSemaphore(value: 0)

  init(_ configuration: KafkaConfiguration) throws(KafkaError) {
    let settings = try Settings(configuration)
    try settings.setConsumer()
    // The library reads nothing without a group's name. No member joins it and nothing is committed to it.
    try settings.set("group.id", "\(configuration.clientID)-reader")
    try settings.set("partition.assignment.strategy", "cooperative-sticky")
    try settings.set("enable.partition.eof", "true")
    try settings.set("auto.offset.reset", "earliest")
    // With less, librdkafka before 2.2.0 reads in fits and starts: see `GroupOptions.prefetchedRecords`.
    try settings.set("queued.min.messages", "100000")
    try settings.set("queued.max.messages.kbytes", "65536")
    try settings.set("fetch.wait.max.ms", "100")
    let observer = ReaderObserver(configuration)
    client = try Client(RD_KAFKA_CONSUMER, settings, observer)
    rd_kafka_poll_set_consumer(client.handle)
    life = ClientLife(client, polling: rd_kafka_queue_get_consumer(client.handle))
    observer.core = self
    OwnThread.require("kafka-reader") { self.run() }
  }

  // MARK: requests of other threads

  func begin(_ plan: ReadingPlan) throws(KafkaError) {
    let list = PartitionList(plan.starts.keys)
    for index in list.entries.indices {
      list.list.pointee.elems[index].offset = plan.starts[list.entries[index].key] ?? 0
    }
    let isFirst = state.withLock { state in
      guard !state.hasBegun, !state.isClosing else { return false }
      state.hasBegun = true
      state.unread = plan.ends
      return true
    }
    guard isFirst else { throw .badSetting("A Kafka reader is started once; open another one.") }
    let code = rd_kafka_assign(client.handle, list.list)
    if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw client.context.error(code, subject: "reading") }
    hand()
  }

  func next(limit: Int) async throws -> [ReceivedRecord] {
    precondition(limit > 0, "at least one record is asked for")
    let ticket = WaitingTicket()
    let result: Result<[ReceivedRecord], any Error> = await withTaskCancellationHandler {
      await withCheckedContinuation { caller in
        state.withLock { state in
          state.lastNumber += 1
          if ticket.isStillWanted(state.lastNumber) {
            state.takers.append(Taker(number: state.lastNumber, limit: limit, caller: caller))
            return
          }
          state.takers.insert(Taker(number: 0, limit: 0, caller: caller), at: 0)
        }
        hand()
      }
    } onCancel: {
      guard let number = ticket.cancel() else { return }
      let left = state.withLock { state in
        state.takers.firstIndex { $0.number == number }.map { state.takers.remove(at: $0) }
      }
      left?.caller.resume(returning: .failure(CancellationError()))
    }
    return try result.get()
  }

  func beginClose() {
    state.withLock { $0.isClosing = true }
    life.beginClose()
    room.signal()
    hand()
  }

  // MARK: handing over

  /// Gives waiting callers what there is: records first, then the failure, then the end.
  private func hand() {
    while let (taker, answer) = state.withLock({ nextAnswer(&$0) }) { taker.caller.resume(returning: answer) }
    let hasRoom = state.withLock { state in
      guard state.isWaitingForRoom, state.buffer.count <= KafkaReader.bufferLimit / 2 else { return false }
      state.isWaitingForRoom = false
      return true
    }
    if hasRoom { room.signal() }
  }

  private func nextAnswer(_ state: inout State) -> (Taker, Result<[ReceivedRecord], any Error>)? {
    guard let taker = state.takers.first else { return nil }
    let answer: Result<[ReceivedRecord], any Error>
    if taker.limit == 0 {
      answer = .failure(CancellationError())
    } else if !state.buffer.isEmpty {
      answer = .success(Array(state.buffer.prefix(taker.limit)))
      state.buffer.removeFirst(min(taker.limit, state.buffer.count))
    } else if let failure = state.failure {
      state.failure = nil
      answer = .failure(failure)
    } else if state.isClosing || state.unread?.isEmpty == true {
      answer = .success([])
    } else {
      return nil
    }
    state.takers.removeFirst()
    return (taker, answer)
  }

  /// A permanent error is thrown by the next call that takes records.
  fileprivate func failed(_ error: KafkaError) {
    // The group is not used, so it does not matter whether this user may.
    guard !error.isRetriable, error.code != RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED.rawValue else { return }
    state.withLock { $0.failure = error }
    hand()
  }

  // MARK: the thread

  private func run() {
    while !life.mayEnd {
      if let message = rd_kafka_consumer_poll(client.handle, -1) { take(RawRecord(message)) }
      waitForRoom()
    }
    life.pollsNoLonger()
    // It has joined no group, so this leaves none.
    rd_kafka_consumer_close(client.handle)
    client.destroy(within: .seconds(5))
    life.hasEnded()
  }

  private func take(_ message: consuming RawRecord) {
    guard let partition = message.partition else {
      return failed(client.context.error(message.code, message.errorText))
    }
    switch message.code {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      let record = message.copy(from: partition)
      state.withLock { state in
        if let end = state.unread?[partition], record.offset >= end - 1 { state.unread?[partition] = nil }
        state.buffer.append(record)
      }
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      // The last records before the end may be gone (compaction) or no records (transaction markers).
      state.withLock { $0.unread?[partition] = nil }
    default: return failed(client.context.error(message.code, message.errorText, subject: "\(partition)"))
    }
    hand()
  }

  private func waitForRoom() {
    while true {
      let mustWait = state.withLock { state in
        state.isWaitingForRoom = state.buffer.count >= KafkaReader.bufferLimit && !state.isClosing
        return state.isWaitingForRoom
      }
      guard mustWait else { return }
      room.wait()
    }
  }
}

/// The target of a reader's callbacks.
final class ReaderObserver: ClientObserver, @unchecked Sendable {
  weak var core: ReaderCore?
  override func failed(_ error: KafkaError) { core?.failed(error) }
}
