internal import Synchronization
internal import Threads

/// A waiter's number, for a cancellation before or after it is known.
final class WaitingTicket: Sendable {
  private let state = Lock<(number: UInt64?, isCancelled: Bool)>((nil, false))

  /// Records the number; false if the task was cancelled before.
  func isStillWanted(_ number: UInt64) -> Bool {
    state.withLock { state in
      state.number = number
      return !state.isCancelled
    }
  }

  /// Records the end; returns the number if a caller waits under it.
  func cancel() -> UInt64? {
    state.withLock { state in
      state.isCancelled = true
      return state.number
    }
  }
}
