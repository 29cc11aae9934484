internal import Synchronization
internal import Threads

/// Counts the running requests, and lets a task wait until there are none.
final class InHand: Sendable {
  private struct State {
    var count = 0
    var lastWaiter = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }
  private let state = Lock(State())

  /// How many there are.
  var count: Int { state.withLock { $0.count } }

  func begin() { state.withLock { $0.count += 1 } }

  func end() {
    let waiters = state.withLock { state in
      state.count -= 1
      if state.count > 0 { return [:] as [Int: CheckedContinuation<Void, Never>] }
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  /// Returns when there are none, at the limit, or at cancellation.
  func waitForNone(atMost limit: Duration, _ clock: any Clock<Duration>) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.waitForNone() }
      group.addTask { try? await clock.sleep(for: limit) }
      await group.next()
      group.cancelAll()
    }
  }

  private func waitForNone() async {
    let number = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { (caller: CheckedContinuation<Void, Never>) in
        let isOver = state.withLock { state in
          if state.count == 0 || Task.isCancelled { return true }
          state.waiters[number] = caller
          return false
        }
        if isOver { caller.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
    }
  }
}
