public import PaperModel

/// When a stage is tried again, and when it is given up.
public struct RetryPolicy: Sendable, Hashable {
  /// Failed attempts of a stage after which it is given up.
  public let mostFailures: Int
  /// Quick losses of workers over a stage, without a result in between, after which it is given up.
  public let mostLosses: Int
  /// The waits after the first, second, … failed attempt, in seconds; the last holds for all that follow.
  public let delaysSeconds: [Int]

  public init(mostFailures: Int, mostLosses: Int, delaysSeconds: [Int]) {
    precondition(mostFailures > 0 && mostLosses > 0 && !delaysSeconds.isEmpty)
    self.mostFailures = mostFailures
    self.mostLosses = mostLosses
    self.delaysSeconds = delaysSeconds
  }

  /// Five failures, with the wait of one retry tier between each two; twelve quick losses.
  public static let standard = RetryPolicy(mostFailures: 5, mostLosses: 12, delaysSeconds: [10, 60, 600, 3600])

  /// How long a stream waits for a raise of its exhausted budget before it is looked at again, in seconds.
  public static let budgetWaitSeconds = 600

  /// The shortest and the longest wait that a failure may ask for, in seconds: long enough that an endless loop is not
  /// busy, and short enough that a wrong answer holds a stream for at most a day.
  public static let postponements = 10...86_400

  /// The wait in seconds after a failure that asks for one, within `postponements`; nil for other failures. No
  /// attempt is counted.
  public func postponement(after failure: Failure) -> Int? {
    guard case .later(let seconds) = failure.retryability else { return nil }
    return min(max(seconds, Self.postponements.lowerBound), Self.postponements.upperBound)
  }

  /// A loss is quick if the stage is free again at most this long after the lost worker's last entry. Work that kills
  /// its workers does so quickly; a worker that had the stage for longer was lost with its machine, and the loss does
  /// not count.
  public static let quickLossSeconds = 300

  /// How long a stage rests after its n-th quick loss: not at all after the first three, which happen to any work, then
  /// long enough for a storm of crashes to pass before the stage has used up its losses.
  /// - Parameter losses: quick losses, the latest included.
  public static func rest(afterLosses losses: Int) -> Int {
    precondition(losses >= 0)
    return switch losses {
    case ...3: 0
    case 4: 10
    case ...9: 60
    default: 600
    }
  }

  /// The wait in seconds before the next attempt after a failure, or nil if the stage is given up.
  /// - Parameter failures: failed attempts, this one included.
  public func wait(after failure: Failure, failures: Int) -> Int? {
    precondition(failures > 0)
    guard failure.retryability == .transient, failures < mostFailures else { return nil }
    return delaysSeconds[min(failures, delaysSeconds.count) - 1]
  }
}
