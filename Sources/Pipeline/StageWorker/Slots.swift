import MessageLog
import Synchronization

/// The slots of a group of topics, shared by the task that pulls deliveries and by parked deliveries that resume.
final class Slots: Sendable {
  private struct State {
    var free: Int
    var isClosed = false
    /// The pulling task, while it waits for a slot.
    var puller: CheckedContinuation<Void, Never>?
    /// The pull in progress, which holds a slot.
    var pull: Task<(any Delivery)?, any Error>?
    /// Parked deliveries that ask for the puller's slot.
    var wanting: [CheckedContinuation<Bool, Never>] = []
  }

  private let state: Mutex<State>

  init(_ count: Int) { state = Mutex(State(free: count)) }

  /// Waits for a free slot and takes it. Only one task may call it at a time. Returns without a slot once the slots are
  /// closed.
  func take() async {
    await withCheckedContinuation { task in
      let isOver = state.withLock { state in
        if state.isClosed { return true }
        if state.free == 0 { state.puller = task } else { state.free -= 1 }
        return state.puller == nil
      }
      if isOver { task.resume() }
    }
  }

  /// The next delivery, for the slot that was taken.
  /// - Returns: nil once the consumer is closed.
  /// - Throws: `SlotGone` if a resumed delivery has the slot now; no delivery was taken then.
  func pull(_ next: @escaping @Sendable () async throws -> (any Delivery)?) async throws -> (any Delivery)? {
    let task = Task { try await next() }
    state.withLock { $0.pull = task }
    let result = await withTaskCancellationHandler {
      await task.result
    } onCancel: {
      task.cancel()
    }
    var wanting = state.withLock { state in
      defer { state.wanting = [] }
      state.pull = nil
      return state.wanting
    }
    var heir: CheckedContinuation<Bool, Never>?
    if case .failure(let error) = result, error is CancellationError, !wanting.isEmpty { heir = wanting.removeFirst() }
    for task in wanting { task.resume(returning: false) }
    guard let heir else { return try result.get() }
    heir.resume(returning: true)
    throw SlotGone()
  }

  /// Takes a slot for a delivery that was parked: a free one, or the one with which the puller waits for a message.
  /// - Returns: false if all slots are busy or the worker stops; the delivery is then given back for any worker.
  func takeAgain() async -> Bool {
    await withCheckedContinuation { task in
      let (answer, pull) = state.withLock { state -> (Bool?, Task<(any Delivery)?, any Error>?) in
        if state.isClosed { return (false, nil) }
        if state.free > 0 {
          state.free -= 1
          return (true, nil)
        }
        guard let pull = state.pull else { return (false, nil) }
        state.wanting.append(task)
        return (nil, pull)
      }
      if let answer { task.resume(returning: answer) }
      pull?.cancel()
    }
  }

  func give() {
    let puller = state.withLock { state in
      defer { state.puller = nil }
      if state.puller == nil { state.free += 1 }
      return state.puller
    }
    puller?.resume()
  }

  /// Gives out no more slots.
  func close() {
    let (wanting, puller) = state.withLock { state in
      state.isClosed = true
      defer {
        state.wanting = []
        state.puller = nil
      }
      return (state.wanting, state.puller)
    }
    for task in wanting { task.resume(returning: false) }
    puller?.resume()
  }
}

/// The puller's slot was given to a resumed delivery.
struct SlotGone: Error {}
