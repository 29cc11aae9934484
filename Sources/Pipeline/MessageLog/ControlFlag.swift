public import PaperModel

/// The keys of words of control, and what they say. They hold until they are taken back.
public enum ControlFlag {
  private static let pausePrefix = "pause/"
  private static let cancelPrefix = "cancel/"

  /// Set while a campaign is paused.
  public static func pause(campaign: String) -> String { pausePrefix + campaign }

  /// The name of the campaign that a key pauses; nil for other keys.
  public static func pausedCampaign(_ key: String) -> String? {
    key.hasPrefix(pausePrefix) ? String(key.dropFirst(pausePrefix.count)) : nil
  }

  /// Set for a while after a stream was cancelled that somebody was working on: that worker need not come to its next
  /// entry to learn of it, and takes the word back.
  public static func cancel(_ stream: StreamID) -> String { cancelPrefix + stream.description }

  /// The stream that a key calls off; nil for other keys.
  public static func cancelledStream(_ key: String) -> StreamID? {
    key.hasPrefix(cancelPrefix) ? StreamID(String(key.dropFirst(cancelPrefix.count))) : nil
  }

  /// The value of a word that was set at a time: microseconds since 1970, in decimal.
  public static func value(atMicroseconds time: Int64) -> [UInt8] { Array(String(time).utf8) }

  /// Whether a word to cancel was set so long ago that every worker has seen it or is gone: ten minutes. One whose
  /// value is no time is.
  public static func isOver(_ value: [UInt8], nowMicroseconds now: Int64) -> Bool {
    guard let time = Int64(String(decoding: value, as: UTF8.self)) else { return true }
    return now - time > 600_000_000
  }
}
