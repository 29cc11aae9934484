import MessageLog
import Synchronization

/// A clock of durations that stands still until it is released: heartbeats and drain limits come when a test says so.
final class StandingClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }
  private struct State {
    var over: Set<Duration> = []
    var sleeping: [Int: Duration] = [:]
    var next = 0
  }
  private let bell: Doorbell
  private let state = Mutex(State())

  /// - Parameter signal: rung whenever a task goes to sleep.
  init(signal: Doorbell = Doorbell()) { bell = signal }

  /// It stands at its beginning: a sleep is identified by its length alone.
  var now: Instant { Instant(offset: .zero) }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let sleeper = state.withLock { state in
      state.next += 1
      state.sleeping[state.next] = deadline.offset
      return state.next
    }
    defer { state.withLock { _ = $0.sleeping.removeValue(forKey: sleeper) } }
    bell.ring()
    while true {
      let seen = bell.rings
      try Task.checkCancellation()
      let isOver = state.withLock { $0.sleeping[sleeper] == nil || $0.over.contains(deadline.offset) }
      if isOver { return }
      try await bell.wait(past: seen)
    }
  }

  /// Wakes all tasks that sleep for this duration, now or later.
  func letGo(_ duration: Duration) {
    state.withLock { _ = $0.over.insert(duration) }
    bell.ring()
  }

  /// Whether a task sleeps for this duration.
  func isSlept(_ duration: Duration) -> Bool { state.withLock { $0.sleeping.values.contains(duration) } }

  /// The number of tasks that sleep for this duration.
  func count(of duration: Duration) -> Int { state.withLock { $0.sleeping.values.count { $0 == duration } } }

  /// Wakes, once, the tasks that sleep for this duration now.
  func step(_ duration: Duration) {
    state.withLock { state in state.sleeping = state.sleeping.filter { $0.value != duration } }
    bell.ring()
  }
}
