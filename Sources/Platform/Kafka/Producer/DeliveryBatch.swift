internal import CRdKafka
internal import Synchronization
internal import Threads

/// Records that were sent together, and the callers that wait for their outcomes.
///
/// Each record's delivery report carries a pointer to its slot. The batch is retained once for the library, until its
/// last report.
final class DeliveryBatch: @unchecked Sendable {
  struct Slot {
    var batch: UnsafeMutableRawPointer
    var offset: Int64 = -1
    var partition: Int32 = -1
    var code = RD_KAFKA_RESP_ERR_NO_ERROR
  }
  private struct State {
    var isDone = false
    var caller: CheckedContinuation<Void, Never>?
  }

  let count: Int
  let byteCount: Int
  private let slots: UnsafeMutablePointer<Slot>
  private let remaining: Atomic<Int>
  private let state = Lock(State())
  private let done: @Sendable (DeliveryBatch) -> Void

  /// A batch whose records are about to be handed over; `done` is called once, after the last of them has its report.
  init(count: Int, byteCount: Int, done: @escaping @Sendable (DeliveryBatch) -> Void) {
    precondition(count > 0, "a batch holds at least one record")
    self.count = count
    self.byteCount = byteCount
    self.done = done
    remaining = Atomic(count)
    slots = .allocate(capacity: count)
    slots.initialize(repeating: Slot(batch: Unmanaged.passUnretained(self).toOpaque()), count: count)
    _ = Unmanaged.passRetained(self)
  }

  deinit { slots.deallocate() }

  /// The pointer that the library returns with the report of this record.
  func pointer(_ index: Int) -> UnsafeMutableRawPointer { UnsafeMutableRawPointer(slots + index) }

  /// The library refused the record; no report will come.
  func refused(_ index: Int, _ code: rd_kafka_resp_err_t) {
    slots[index].code = code
    countDown()
  }

  /// Takes a report. Called on the thread that polls.
  static func reported(_ message: UnsafePointer<rd_kafka_message_t>) {
    guard let slot = message.pointee._private?.assumingMemoryBound(to: Slot.self) else { return }
    slot.pointee.offset = message.pointee.offset
    slot.pointee.partition = message.pointee.partition
    slot.pointee.code = message.pointee.err
    Unmanaged<DeliveryBatch>.fromOpaque(slot.pointee.batch).takeUnretainedValue().countDown()
  }

  private func countDown() {
    guard remaining.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
    done(self)
    let caller = state.withLock { state in
      state.isDone = true
      defer { state.caller = nil }
      return state.caller
    }
    caller?.resume()
    Unmanaged.passUnretained(self).release()
  }

  /// Waits for the last report; not cut short by cancellation, but by the records' time limit.
  func ended() async {
    await withCheckedContinuation { caller in
      let isDone = state.withLock { state in
        if !state.isDone { state.caller = caller }
        return state.isDone
      }
      if isDone { caller.resume() }
    }
  }

  /// The outcome of a record, once the batch has ended.
  func outcome(_ index: Int, _ topic: String) -> Result<RecordPlace, DeliveryFailure> {
    let slot = slots[index]
    guard slot.code == RD_KAFKA_RESP_ERR_NO_ERROR else { return .failure(DeliveryFailure(code: slot.code)) }
    return .success(RecordPlace(TopicPartition(topic, slot.partition), slot.offset))
  }
}

/// The bare code of a record that was not delivered.
struct DeliveryFailure: Error {
  let code: rd_kafka_resp_err_t
}
