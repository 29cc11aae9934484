internal import Synchronization
internal import Threads

/// Something that happens once, and that any number of tasks can wait for.
public final class AsyncSignal: Sendable {
  private struct State {
    var hasHappened = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Lock(State())

  public init() {}

  public func fire() {
    let waiters = state.withLock { state in
      state.hasHappened = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  public func wait() async {
    await withCheckedContinuation { waiter in
      let hasHappened = state.withLock { state in
        if !state.hasHappened { state.waiters.append(waiter) }
        return state.hasHappened
      }
      if hasHappened { waiter.resume() }
    }
  }
}
