import MessageLog
import Synchronization

/// A clock of durations that stands until it is let go: heartbeats and drain limits come when a test says so.
final class StandingClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }
  private let bell = Doorbell()
  private let reached = Mutex(Duration.zero)

  var now: Instant { Instant(offset: reached.withLock { $0 }) }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    while true {
      let seen = bell.rings
      if reached.withLock({ $0 >= deadline.offset }) { return }
      try await bell.wait(past: seen)
    }
  }

  func advance(_ duration: Duration) {
    reached.withLock { $0 += duration }
    bell.ring()
  }
}
