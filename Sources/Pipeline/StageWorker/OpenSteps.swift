import PaperModel
import Synchronization

/// The steps of a visit that have a reservation and have not ended. A step that does not fit into the budget waits for
/// one of them to return what it did not use.
final class OpenSteps: Sendable {
  private struct State {
    var open: Set<StepID> = []
    var ended = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }
  private let state = Mutex(State())

  /// The number of steps that have ended.
  var ended: Int { state.withLock { $0.ended } }

  func begin(_ step: StepID) { state.withLock { _ = $0.open.insert(step) } }

  /// Does nothing for a step that has not begun.
  func end(_ step: StepID) {
    let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      guard state.open.remove(step) != nil else { return [] }
      state.ended += 1
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Waits until more than `seen` steps have ended. Cancelled steps end too, so this needs no cancellation of its own.
  /// - Parameter willWait: called if none has ended since, right before the wait.
  /// - Returns: false if none has ended since and none is open.
  func wait(past seen: Int, willWait: () -> Void) async -> Bool {
    if let known = state.withLock({ $0.ended > seen ? true : $0.open.isEmpty ? false : nil }) { return known }
    willWait()
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if state.ended > seen { return true }
        state.waiting.append(continuation)
        return false
      }
      if isOver { continuation.resume() }
    }
    return true
  }
}
