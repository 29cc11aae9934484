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
  private let over = Mutex<Set<Duration>>([])

  /// It stands at its beginning: what is slept for is told by its length alone.
  var now: Instant { Instant(offset: .zero) }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    while true {
      let seen = bell.rings
      try Task.checkCancellation()
      if over.withLock({ $0.contains(deadline.offset) }) { return }
      try await bell.wait(past: seen)
    }
  }

  /// Lets go whoever sleeps for so long, now or later.
  func letGo(_ duration: Duration) {
    over.withLock { _ = $0.insert(duration) }
    bell.ring()
  }
}
