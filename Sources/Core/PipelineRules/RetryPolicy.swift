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

  /// What follows a failure: the wait in seconds before the next attempt, or nil where it is given up.
  /// - Parameter failures: failed attempts, this one included.
  public func wait(after failure: Failure, failures: Int) -> Int? {
    precondition(failures > 0)
    guard failure.retryability == .transient, failures < mostFailures else { return nil }
    return delaysSeconds[min(failures, delaysSeconds.count) - 1]
  }
}
