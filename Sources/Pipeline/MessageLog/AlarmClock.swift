public import PaperModel
internal import Synchronization

/// Rings a doorbell at a set time, for messages with a delay. Keeps the earliest of the times that it was set to.
public final class AlarmClock: Sendable {
  private struct State {
    var time: Int64?
    var waiting: Task<Void, Never>?
    var isStopped = false
  }

  private let clock: any WallClock
  private let bell: Doorbell
  private let state = Mutex(State())

  public init(clock: any WallClock, bell: Doorbell) {
    self.clock = clock
    self.bell = bell
  }

  deinit { stop() }

  /// Sets the alarm to a time in microseconds since 1970, unless it is set to an earlier one; the task that wakes
  /// then sets it again.
  public func set(atMicroseconds time: Int64) {
    let replaced: Task<Void, Never>? = state.withLock { state in
      if state.isStopped { return nil }
      if let earlier = state.time, earlier <= time { return nil }
      state.time = time
      let replaced = state.waiting
      state.waiting = Task { [clock, weak self] in
        do { try await clock.wait(untilMicroseconds: time) } catch { return }
        self?.rang(time)
      }
      return replaced
    }
    replaced?.cancel()
  }

  /// Stops the alarm permanently.
  public func stop() {
    let waiting = state.withLock { state in
      state.isStopped = true
      return state.waiting
    }
    waiting?.cancel()
  }

  private func rang(_ time: Int64) {
    state.withLock { state in if state.time == time { state.time = nil } }
    bell.ring()
  }
}
