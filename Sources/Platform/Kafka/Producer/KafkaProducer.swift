internal import CRdKafka
internal import Synchronization
internal import Threads

/// Writes records: each exactly once in the log and acknowledged by all in-sync replicas, in order per partition, as
/// long as the producer lives. Sending again after an error may write a second time.
///
/// Safe to share. Reports arrive on a thread of its own; the caller's thread is never blocked. After a fatal error of
/// the library, the next send opens a new producer.
public final class KafkaProducer: Sendable {
  private struct State {
    var core: ProducerCore
    var isClosed = false
    var rebuildCount = 0
  }

  private let configuration: KafkaConfiguration
  private let options: Options
  private let state: Lock<State>

  /// Opens a producer; it connects by itself when something is sent. See `connect(within:)`.
  ///
  /// - Throws: `.badSetting`.
  public init(_ configuration: KafkaConfiguration, _ options: Options = Options()) throws(KafkaError) {
    self.configuration = configuration
    self.options = options
    state = Lock(State(core: try ProducerCore(configuration, options)))
  }

  deinit { state.withLock { $0.core }.beginClose(within: .zero) }

  /// How often a fatal error made it open a new producer.
  public var rebuildCount: Int { state.withLock { $0.rebuildCount } }

  /// Waits until a broker has answered, login included.
  ///
  /// - Throws: one error with the cause; a refused login or certificate at once.
  public func connect(within limit: Duration) async throws(KafkaError) {
    try await core().life.withClient { client throws(KafkaError) in try client.awaitBroker(within: limit) }
  }

  /// Waits until a broker answers again, for a producer that was connected before.
  ///
  /// - Throws: the last error, after the limit.
  public func awaitAnswer(within limit: Duration) async throws(KafkaError) {
    try await core().life.withClient { client throws(KafkaError) in
      try client.awaitBroker(within: limit, isNew: false)
    }
  }

  /// Writes records and returns their places, in the same order.
  ///
  /// Waits while the queue is full. A task that is cancelled while waiting for room throws `CancellationError`, and
  /// none of the records still held back is sent; once they are queued it waits for their outcomes.
  ///
  /// - Throws: the first record's `KafkaError`; others of them may have been written.
  public func send(_ records: [OutgoingRecord]) async throws -> [RecordPlace] {
    let core = try core()
    var places: [RecordPlace] = []
    places.reserveCapacity(records.count)
    var failure: KafkaError?
    for batch in try await handOver(records, to: core) {
      await batch.ended()
      for index in 0..<batch.count {
        let topic = records[places.count].topic
        switch batch.outcome(index, topic) {
        case .success(let place): places.append(place)
        case .failure(let code):
          failure = failure ?? error(code, topic, core)
          places.append(RecordPlace(TopicPartition(topic, -1), -1))
        }
      }
    }
    if let failure { throw failure }
    return places
  }

  /// Writes one record.
  ///
  /// - Throws: `KafkaError`, `CancellationError`; see `send` of several.
  @discardableResult
  public func send(_ record: OutgoingRecord) async throws -> RecordPlace { try await send([record])[0] }

  /// Writes records and returns the outcome of each, in the same order.
  ///
  /// - Throws: `CancellationError` before all were queued, `KafkaError.closed`.
  public func outcomes(of records: [OutgoingRecord]) async throws -> [Result<RecordPlace, KafkaError>] {
    let core = try core()
    var outcomes: [Result<RecordPlace, KafkaError>] = []
    outcomes.reserveCapacity(records.count)
    for batch in try await handOver(records, to: core) {
      await batch.ended()
      for index in 0..<batch.count {
        let topic = records[outcomes.count].topic
        outcomes.append(batch.outcome(index, topic).mapError { self.error($0, topic, core) })
      }
    }
    return outcomes
  }

  /// Waits until everything that was sent so far has been written or has failed.
  public func flush() async { await state.withLock { $0.core }.idle() }

  /// Ends the producer: pending records have this long to be written, the rest fails. Never hangs; closing again waits
  /// for the end.
  public func close(within limit: Duration = .seconds(10)) async {
    let core = state.withLock { state in
      state.isClosed = true
      return state.core
    }
    core.beginClose(within: limit)
    await core.life.ended()
  }

  /// The producer to use now: a new one if the old one failed.
  private func core() throws(KafkaError) -> ProducerCore {
    let result: Result<(ProducerCore, broken: ProducerCore?), KafkaError> = state.withLock { state in
      guard !state.isClosed else { return .failure(.closed) }
      guard state.core.fatalError != nil else { return .success((state.core, nil)) }
      do throws(KafkaError) {
        let fresh = try ProducerCore(configuration, options)
        defer { state.core = fresh }
        state.rebuildCount += 1
        return .success((fresh, state.core))
      } catch { return .failure(error) }
    }
    let (core, broken) = try result.get()
    broken?.beginClose(within: .zero)
    return core
  }

  /// Queues records in batches, each as soon as there is room for it.
  ///
  /// - Throws: `CancellationError`, `KafkaError.closed`; records that were queued before have ended then.
  private func handOver(_ records: [OutgoingRecord], to core: ProducerCore) async throws -> [DeliveryBatch] {
    var batches: [DeliveryBatch] = []
    var start = 0
    while start < records.count {
      let (end, byteCount) = part(of: records, from: start)
      do {
        try Task.checkCancellation()
        try await core.takeRoom(records: end - start, bytes: byteCount)
      } catch {
        for batch in batches { await batch.ended() }
        throw error
      }
      batches.append(core.hand(over: records[start..<end], byteCount: byteCount))
      start = end
    }
    return batches
  }

  /// How many records go together: few enough that a batch leaves room for others.
  private func part(of records: [OutgoingRecord], from start: Int) -> (end: Int, byteCount: Int) {
    let (recordLimit, byteLimit) = (max(1, options.queueRecordLimit / 4), max(1, options.queueByteLimit / 4))
    var (end, byteCount) = (start, 0)
    while end < records.count, end - start < recordLimit, end == start || byteCount < byteLimit {
      byteCount += records[end].byteCount
      end += 1
    }
    return (end, byteCount)
  }

  private func error(_ failure: DeliveryFailure, _ topic: String, _ core: ProducerCore) -> KafkaError {
    guard let fatal = core.fatalError else { return core.context.error(failure.code, subject: topic) }
    return KafkaError(
      code: failure.code, reason: .other, isRetriable: true,
      message: "A record for \(topic) may be missing, because the producer failed (\(fatal.message)); "
        + "it is opened again by itself: send again what must not be missing.")
  }
}

extension KafkaError {
  /// Never leaves this module.
  static let cancelledWhileWaiting = KafkaError(
    code: RD_KAFKA_RESP_ERR__INTR, reason: .other, message: "The task was cancelled; nothing has to be undone.")
}
