public import PaperModel

/// The keys and values of control flags: pause a campaign, cancel a stream. A flag holds until it is removed.
public enum ControlFlag {
  /// What the keys of pauses begin with.
  public static let pausePrefix = "pause/"
  /// What the keys of cancellations begin with.
  public static let cancelPrefix = "cancel/"
  /// What the keys of submissions begin with.
  public static let submissionPrefix = "submit/"

  /// The key that is set while a campaign is being submitted.
  public static func submission(_ campaign: String) -> String { submissionPrefix + campaign }

  /// The campaign whose submission a key notes; nil for other keys.
  public static func submittedCampaign(_ key: String) -> String? {
    key.hasPrefix(submissionPrefix) ? String(key.dropFirst(submissionPrefix.count)) : nil
  }

  /// The key that is set while a campaign is paused.
  public static func pause(campaign: String) -> String { pausePrefix + campaign }

  /// The campaign that a key pauses; nil for other keys.
  public static func pausedCampaign(_ key: String) -> String? {
    key.hasPrefix(pausePrefix) ? String(key.dropFirst(pausePrefix.count)) : nil
  }

  /// The key that is set for a while after a claimed stream was cancelled, so that its worker stops before its next
  /// append. The worker removes it.
  public static func cancel(_ stream: StreamID) -> String { cancelPrefix + stream.description }

  /// The stream that a key cancels; nil for other keys.
  public static func cancelledStream(_ key: String) -> StreamID? {
    key.hasPrefix(cancelPrefix) ? StreamID(String(key.dropFirst(cancelPrefix.count))) : nil
  }

  /// The value of a flag set at a time in microseconds since 1970: the time in decimal.
  public static func value(atMicroseconds time: Int64) -> [UInt8] { Array(String(time).utf8) }

  /// Whether a cancel flag is older than ten minutes, when every live worker has seen it. A value that is not a
  /// timestamp counts as expired.
  public static func isOver(_ value: [UInt8], nowMicroseconds now: Int64) -> Bool {
    guard let time = Int64(String(decoding: value, as: UTF8.self)) else { return true }
    let (age, isTooLarge) = now.subtractingReportingOverflow(time)
    return isTooLarge || age > 600_000_000
  }
}
