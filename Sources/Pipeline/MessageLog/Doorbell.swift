internal import Synchronization

/// A bell that tasks wait for. Rings coalesce: whoever was woken looks at everything there is.
///
/// Take `rings`, look whether there is something to do, and if not, `wait(past:)` that number: a ring between the look
/// and the wait is not missed.
public final class Doorbell: Sendable {
  private struct State {
    var rings = 0
    var nextWaiter = 0
    var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
  }

  private let state = Mutex(State())

  /// A bell that nobody has rung.
  public init() {}

  /// How often the bell was rung.
  public var rings: Int { state.withLock { $0.rings } }

  /// How many tasks wait.
  public var waiterCount: Int { state.withLock { $0.waiters.count } }

  /// Wakes all who wait. Safe to call from any thread.
  public func ring() {
    let waiters = state.withLock { state in
      state.rings += 1
      defer { state.waiters = [:] }
      return state.waiters.values.map { $0 }
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Waits until the bell was rung more often than `seen` times.
  /// - Throws: `CancellationError` at cancellation.
  public func wait(past seen: Int) async throws {
    let waiter = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { task in
        let isOver = state.withLock { state in
          // Looked at under the lock: a cancellation before this point found nobody to wake.
          if Task.isCancelled || state.rings > seen { return true }
          state.waiters[waiter] = task
          return false
        }
        if isOver { Task.isCancelled ? task.resume(throwing: CancellationError()) : task.resume() }
      }
    } onCancel: {
      let task = state.withLock { state in state.waiters.removeValue(forKey: waiter) }
      task?.resume(throwing: CancellationError())
    }
  }
}
