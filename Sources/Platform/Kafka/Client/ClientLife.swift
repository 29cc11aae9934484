internal import CRdKafka
internal import Synchronization
internal import Threads

/// The life of a client's handle: calls on other threads keep it until they have returned, its own thread polls until
/// it may end, and callers wait for that end.
///
/// The client's thread calls `pollsNoLonger` after its last poll, destroys the handle, and calls `hasEnded`.
final class ClientLife: @unchecked Sendable {
  private struct State {
    var isClosing = false
    /// The thread no longer polls, and the queue may be gone.
    var isGone = false
    var isOver = false
    /// Blocking calls that use the handle now.
    var calls = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let client: Client
  /// The queue that the thread polls.
  private let queue: OpaquePointer
  private let state = Lock(State())
  /// Set with each ring, so that the thread need not take a lock for every record. The thread resets it.
  let isRung = Atomic(false)

  /// - Parameter queue: owned from now on.
  init(_ client: Client, polling queue: OpaquePointer) {
    self.client = client
    self.queue = queue
  }

  var isClosing: Bool { state.withLock { $0.isClosing } }

  /// Whether closing has begun and no call uses the handle.
  var mayEnd: Bool { state.withLock { $0.isClosing && $0.calls == 0 } }

  /// Wakes the thread.
  func ring() { state.withLock { ring($0) } }

  private func ring(_ state: State) {
    isRung.store(true, ordering: .releasing)
    // Under the lock: the thread gives the queue back when it ends.
    if !state.isGone { rd_kafka_queue_yield(queue) }
  }

  /// Uses the handle without blocking; nil once the thread no longer polls.
  func whilePolled<Value>(_ body: (Client) -> Value?) -> Value? {
    state.withLock { $0.isGone ? nil : body(client) }
  }

  /// Runs a blocking call with the handle on a thread of its own; the handle stays until it has returned.
  /// - Throws: `.closed` after closing has begun, and the errors of the call.
  func withClient<Value: Sendable>(
    _ body: @escaping @Sendable (Client) throws(KafkaError) -> Value
  ) async throws(KafkaError) -> Value {
    let isOpen = state.withLock { state in
      if !state.isClosing { state.calls += 1 }
      return !state.isClosing
    }
    guard isOpen else { throw .closed }
    defer {
      state.withLock { state in
        state.calls -= 1
        ring(state)
      }
    }
    let client = client
    return try await OwnThread.run("kafka-call") { () throws(KafkaError) in try body(client) }
  }

  /// Begins the end; returns at once.
  func beginClose() {
    state.withLock { state in
      state.isClosing = true
      ring(state)
    }
  }

  /// Gives the queue back. For the client's thread, after its last poll.
  func pollsNoLonger() {
    state.withLock { $0.isGone = true }
    rd_kafka_queue_destroy(queue)
  }

  /// Releases the callers of `ended`. For the client's thread, after it has destroyed the handle.
  func hasEnded() {
    let waiting = state.withLock { state in
      state.isOver = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for caller in waiting { caller.resume() }
  }

  /// Waits until the thread has ended.
  func ended() async {
    await withCheckedContinuation { caller in
      let isOver = state.withLock { state in
        if !state.isOver { state.waiting.append(caller) }
        return state.isOver
      }
      if isOver { caller.resume() }
    }
  }
}
