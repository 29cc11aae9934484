internal import PaperModel
internal import Synchronization

/// A signal that tasks wait for. Rings coalesce: a woken task checks everything there is to do.
///
/// Read `rings`, check for work, and if there is none, `wait(past:)` that number: a ring between the check and the
/// wait is not missed.
public final class Doorbell: Sendable {
  private struct State {
    var rings = 0
    var nextWaiter = 0
    var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
  }

  private let state = Mutex(State())

  public init() {}

  /// The number of rings so far.
  public var rings: Int { state.withLock { $0.rings } }

  /// Wakes all waiting tasks. Safe to call from any thread.
  public func ring() {
    let waiters = state.withLock { state in
      state.rings += 1
      defer { state.waiters = [:] }
      return state.waiters.values.map { $0 }
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Waits until the number of rings exceeds `seen`.
  /// - Throws: `CancellationError` on cancellation.
  public func wait(past seen: Int) async throws {
    let waiter = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    try await suspendCurrentTask { task in
      state.withLock { state in
        if Task.isCancelled || state.rings > seen { return true }
        state.waiters[waiter] = task
        return false
      }
    } take: {
      self.state.withLock { $0.waiters.removeValue(forKey: waiter) }
    }
  }
}
