public import PaperModel

/// When to try again, and when to give up.
public struct RetryPolicy: Sendable, Hashable {
  /// Failed attempts of a stage after which it is given up.
  public let mostFailures: Int
  /// Lost workers over a stage, with nothing to show for, after which it is given up.
  public let mostLosses: Int
  /// How long to wait after the first, second, … failed attempt, in seconds; the last holds for all that follow.
  public let delaysSeconds: [Int]

  public init(mostFailures: Int, mostLosses: Int, delaysSeconds: [Int]) {
    precondition(mostFailures > 0 && mostLosses > 0 && !delaysSeconds.isEmpty)
    self.mostFailures = mostFailures
    self.mostLosses = mostLosses
    self.delaysSeconds = delaysSeconds
  }

  /// Five failures, a wait of each retry tier between them; twelve lost workers.
  public static let standard = RetryPolicy(mostFailures: 5, mostLosses: 12, delaysSeconds: [10, 60, 600, 3600])

  /// The shortest and the longest wait that a failure may ask for, in seconds: not so short that an endless loop is busy,
  /// not so long that a mistaken answer holds a stream for more than a day.
  public static let postponements = 10...86_400

  /// The wait in seconds after a failure that asks for one, within `postponements`; nil for other failures. No attempt is
  /// counted.
  public func postponement(after failure: Failure) -> Int? {
    guard case .later(let seconds) = failure.retryability else { return nil }
    return min(max(seconds, Self.postponements.lowerBound), Self.postponements.upperBound)
  }

  /// What follows a failure: the wait in seconds before the next attempt, or nil where it is given up.
  /// - Parameter failures: failed attempts, this one included.
  public func wait(after failure: Failure, failures: Int) -> Int? {
    precondition(failures > 0)
    guard failure.retryability == .transient, failures < mostFailures else { return nil }
    return delaysSeconds[min(failures, delaysSeconds.count) - 1]
  }
}
