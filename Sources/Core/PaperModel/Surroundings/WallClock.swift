/// The time of day, injected. For people and for delays of messages; nothing about correctness is decided by it.
public struct WallClock: Sendable {
  /// Microseconds since 1970.
  public let nowMicroseconds: @Sendable () -> Int64

  /// A clock.
  public init(nowMicroseconds: @escaping @Sendable () -> Int64) { self.nowMicroseconds = nowMicroseconds }
}
