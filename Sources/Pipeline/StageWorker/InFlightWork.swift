import PaperModel
import Synchronization

/// The work in flight, which may finish within the drain limit after the worker was asked to stop.
///
/// Cancellation of the worker does not reach the work directly: each piece runs in a task owned by this class, is
/// awaited by the caller, and is cancelled when the drain limit is over or its stream was cancelled.
final class InFlightWork: Sendable {
  private struct State {
    var tasks: [Int: (stream: StreamID?, task: Task<Void, Never>)] = [:]
    var next = 0
    var end: Task<Void, any Error>?
  }
  private let state = Mutex(State())

  /// The streams that are being worked on.
  var streams: Set<StreamID> { state.withLock { Set($0.tasks.values.compactMap(\.stream)) } }

  func run(on stream: StreamID?, _ work: @escaping @Sendable () async -> Void) async {
    let task = Task { await work() }
    let number = state.withLock { state in
      defer { state.next += 1 }
      state.tasks[state.next] = (stream, task)
      return state.next
    }
    await task.value
    state.withLock { $0.tasks[number] = nil }
  }

  /// Cancels the work on a stream, now.
  func callOff(_ stream: StreamID) {
    for (_, task) in state.withLock({ state in state.tasks.values.filter { $0.stream == stream } }) { task.cancel() }
  }

  /// Cancels what is still in flight when the limit is over. Returns at once; further calls do nothing.
  func callOff(after limit: Duration, _ sleeper: any Clock<Duration>) {
    state.withLock { state in
      guard state.end == nil else { return }
      state.end = Task {
        try await sleeper.sleep(for: limit)
        for (_, task) in self.state.withLock({ Array($0.tasks.values) }) { task.cancel() }
      }
    }
  }

  /// Call it when all work is done: the limit no longer matters.
  func rest() { state.withLock { $0.end?.cancel() } }
}
