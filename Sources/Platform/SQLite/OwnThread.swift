internal import CLinux
internal import Glibc

/// A named thread outside Swift's cooperative pool, for work that blocks, and the wait for its end.
final class OwnThread: Sendable {
  private struct State {
    var hasEnded = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let monitor = Monitor(State())

  /// Starts the thread; the name holds at most 15 bytes.
  init(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let monitor = monitor
    let work = Unmanaged.passRetained(
      Work {
        clinux_name_thread(name)
        body()
        let waiting = monitor.withLock { state in
          state.hasEnded = true
          defer { state.waiting = [] }
          return state.waiting
        }
        for caller in waiting { caller.resume() }
      })
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, runWork, work.toOpaque())
    precondition(code == 0, "no thread can be started: \(code)")
    pthread_detach(thread)
  }

  /// Waits until the body has returned; not cut short by cancellation.
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

private final class Work {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private let runWork: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
  guard let argument else { return nil }
  Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
  return nil
}
