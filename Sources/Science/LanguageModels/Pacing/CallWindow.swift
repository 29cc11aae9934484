/// Decides when calls to one place may begin: an endpoint with one key and one model. Pure: the caller says what time
/// it is, in seconds of any clock that does not go back.
///
/// Three limits hold together. The window of calls in flight adapts: it doubles with each full window of answers until
/// the first limit is met, then grows by one for each; a limit or an overload halves it, at most once for the calls
/// that were under way together. Buckets hold the requests and tokens of a minute. And when a provider asks to wait, no
/// call begins before.
public struct CallWindow: Sendable {
  /// When a call may begin.
  public enum Start: Hashable, Sendable {
    /// It has begun: the caller reports its end.
    case now
    /// Not before this time.
    case at(Double)
    /// When another call has ended.
    case afterAnother
  }

  /// What a call's end says about the place.
  public enum Outcome: Hashable, Sendable {
    /// It was served.
    case served
    /// Too many calls, or an overload; with the seconds that the provider asks to wait.
    case limited(retryAfter: Double?)
    /// It says nothing: the call was refused for its content, or was called off.
    case other
  }

  /// The longest time that a provider's wish is followed.
  public static let longestWait = 600.0
  private static let firstWindow = 4.0
  private static let leastWindow = 1.0

  private let most: Double
  private var requests: Bucket?
  private var tokens: Bucket?
  private var window: Double
  private var isStarting = true
  private var servedInWindow = 0
  private var notBefore = 0.0
  private var limitedInARow = 0
  /// Calls that began before the last cut say nothing new about the window.
  private var cutAt = -Double.infinity
  public private(set) var inFlight = 0

  /// - Parameter share: the part of the limits that is this process's, from 0 to 1.
  public init(_ limits: LanguageModel.Limits, share: Double = 1, mostInFlight: Int = 64) {
    precondition(share > 0 && share <= 1 && mostInFlight > 0)
    let granted = limits.inFlight.map { max(1, Double($0) * share) }
    most = min(granted ?? .infinity, Double(mostInFlight))
    window = min(Self.firstWindow, most)
    requests = limits.requestsPerMinute.map { Bucket(perMinute: max(1, Double($0) * share)) }
    tokens = limits.tokensPerMinute.map { Bucket(perMinute: max(1, Double($0) * share)) }
  }

  /// The number of calls that may be in flight now.
  public var width: Int { Int(window) }

  /// Begins a call if one may begin.
  /// - Parameter worst: the tokens that the call can be counted as.
  public mutating func start(at now: Double, worst: Int64) -> Start {
    if now < notBefore { return .at(notBefore) }
    guard inFlight < width else { return .afterAnother }
    let wait = max(requests?.wait(for: 1, at: now) ?? 0, tokens?.wait(for: Double(worst), at: now) ?? 0)
    guard wait <= 0 else { return .at(now + wait) }
    requests?.take(1, at: now)
    tokens?.take(Double(worst), at: now)
    inFlight += 1
    return .now
  }

  /// Reports the end of a call.
  /// - Parameters:
  ///   - began: when it began.
  ///   - unused: the tokens of its worst case that it was not counted as.
  public mutating func end(_ outcome: Outcome, began: Double, at now: Double, unused: Int64 = 0) {
    inFlight -= 1
    tokens?.giveBack(Double(unused))
    switch outcome {
    case .served: grow()
    case .limited(let retryAfter): limit(retryAfter, began: began, at: now)
    case .other: break
    }
  }

  private mutating func grow() {
    limitedInARow = 0
    servedInWindow += 1
    guard Double(servedInWindow) >= window.rounded(.down) else { return }
    servedInWindow = 0
    window = min(most, isStarting ? window * 2 : window + 1)
  }

  /// Without a provider's wish the wait doubles from one second on.
  private mutating func limit(_ retryAfter: Double?, began: Double, at now: Double) {
    limitedInARow += 1
    let usual = Double(1 << min(limitedInARow - 1, 6))
    notBefore = max(notBefore, now + min(Self.longestWait, retryAfter ?? usual))
    guard began > cutAt else { return }
    cutAt = now
    isStarting = false
    servedInWindow = 0
    window = max(Self.leastWindow, (window / 2).rounded(.down))
  }

  /// A supply that is filled evenly up to a minute's amount. It may go below zero: a call larger than the supply waits
  /// until it is full.
  private struct Bucket: Sendable {
    private let perMinute: Double
    private var level: Double
    private var filledAt: Double?

    init(perMinute: Double) {
      self.perMinute = perMinute
      level = perMinute
    }

    private func level(at now: Double) -> Double {
      min(perMinute, level + max(0, now - (filledAt ?? now)) * perMinute / 60)
    }

    func wait(for amount: Double, at now: Double) -> Double {
      let missing = min(amount, perMinute) - level(at: now)
      return missing <= 0 ? 0 : missing * 60 / perMinute
    }

    mutating func take(_ amount: Double, at now: Double) {
      level = level(at: now) - amount
      filledAt = now
    }

    mutating func giveBack(_ amount: Double) { level = min(perMinute, level + amount) }
  }
}
