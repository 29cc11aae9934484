internal import Synchronization

/// A clock that moves only when it is advanced, for tests and simulations.
public final class ManualClock: WallClock {
  private struct State {
    var now: Int64
    var nextWaiter = 0
    var waiters: [Int: (time: Int64, task: CheckedContinuation<Void, any Error>)] = [:]
  }

  private let state: Mutex<State>

  /// A clock that shows a time in microseconds since 1970.
  public init(nowMicroseconds: Int64 = 1_700_000_000_000_000) { state = Mutex(State(now: nowMicroseconds)) }

  public var nowMicroseconds: Int64 { state.withLock { $0.now } }

  /// Advances the clock and resumes the tasks whose time has come, the earliest first.
  public func advance(microseconds: Int64) {
    precondition(microseconds >= 0)
    let due = state.withLock { state in
      state.now += microseconds
      let due = state.waiters.filter { $0.value.time <= state.now }.sorted { $0.value.time < $1.value.time }
      for waiter in due { state.waiters[waiter.key] = nil }
      return due.map(\.value.task)
    }
    for task in due { task.resume() }
  }

  public func advance(seconds: Int) { advance(microseconds: Int64(seconds) * 1_000_000) }

  public func wait(untilMicroseconds time: Int64) async throws {
    let waiter = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    try await suspendCurrentTask { task in
      state.withLock { state in
        if Task.isCancelled || time <= state.now { return true }
        state.waiters[waiter] = (time, task)
        return false
      }
    } take: {
      self.state.withLock { $0.waiters.removeValue(forKey: waiter)?.task }
    }
  }
}
