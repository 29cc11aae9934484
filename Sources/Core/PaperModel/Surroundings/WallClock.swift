#if canImport(FoundationEssentials)
  import FoundationEssentials
#endif

/// The time of day, and waiting for a time. Clocks are passed in, so that tests can control them.
public protocol WallClock: Sendable {
  /// Microseconds since 1970.
  var nowMicroseconds: Int64 { get }
  /// Returns at that time or slightly later; at once if it is past.
  /// - Throws: `CancellationError` on cancellation.
  func wait(untilMicroseconds time: Int64) async throws
}

extension WallClock {
  /// The time a number of seconds from now.
  public func microseconds(after seconds: Int) -> Int64 { nowMicroseconds + Int64(seconds) * 1_000_000 }
}

/// The machine's clock: the only place that reads the date and sleeps.
public struct MachineClock: WallClock {
  public init() {}

  public var nowMicroseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

  /// Sleeps in pieces of at most a minute, so that a changed clock is noticed.
  public func wait(untilMicroseconds time: Int64) async throws {
    while true {
      let now = nowMicroseconds
      // Compared first: the time may come from a message, as far back as a number can say.
      guard time > now else { return }
      try await Task.sleep(for: .microseconds(min(time - now, 60_000_000)))
    }
  }
}
