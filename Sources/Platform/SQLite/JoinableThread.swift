internal import Threads

/// A thread of its own for blocking work, and the wait for its end.
final class JoinableThread: Sendable {
  private struct State {
    var hasEnded = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let monitor = Monitor(State())

  /// Starts the thread; the name holds at most 15 bytes.
  init(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let monitor = monitor
    OwnThread.require(name) {
      body()
      let waiting = monitor.withLock { state in
        state.hasEnded = true
        defer { state.waiting = [] }
        return state.waiting
      }
      for caller in waiting { caller.resume() }
    }
  }

  /// Waits until the body has returned; cancellation does not end the wait.
  func ended() async {
    await withCheckedContinuation { caller in
      let isOver = monitor.withLock { state in
        if !state.hasEnded { state.waiting.append(caller) }
        return state.hasEnded
      }
      if isOver { caller.resume() }
    }
  }
}
