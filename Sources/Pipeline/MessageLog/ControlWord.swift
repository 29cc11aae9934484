/// The keys of words of control.
public enum ControlWord {
  private static let pausePrefix = "pause/"

  /// Set while a campaign is paused.
  public static func pause(campaign: String) -> String { pausePrefix + campaign }

  /// The name of the campaign that a key pauses; nil for other keys.
  public static func pausedCampaign(_ key: String) -> String? {
    key.hasPrefix(pausePrefix) ? String(key.dropFirst(pausePrefix.count)) : nil
  }
}
