#if canImport(FoundationEssentials)
  import FoundationEssentials
#endif

/// The time of day, and waiting for a time. Whoever looks at a clock is given one, so that tests can turn it.
public protocol WallClock: Sendable {
  /// Microseconds since 1970.
  var nowMicroseconds: Int64 { get }
  /// Returns at that time or a little later; at once where it is past.
  /// - Throws: `CancellationError` at cancellation.
  func wait(untilMicroseconds time: Int64) async throws
}

extension WallClock {
  /// The time after so many seconds.
  public func microseconds(after seconds: Int) -> Int64 { nowMicroseconds + Int64(seconds) * 1_000_000 }
}

/// The machine's clock: the one place that asks for the date and sleeps.
public struct MachineClock: WallClock {
  public init() {}

  /// Microseconds since 1970.
  public var nowMicroseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

  /// Sleeps in pieces of at most a minute, so that a clock that is set is noticed.
  public func wait(untilMicroseconds time: Int64) async throws {
    while true {
      let left = time - nowMicroseconds
      guard left > 0 else { return }
      try await Task.sleep(for: .microseconds(min(left, 60_000_000)))
    }
  }
}
