extension Message {
  /// The message with the given headers replacing those of the same name, and with its topic as its origin.
  public func ended(with headers: [String: String]) -> Message {
    var ended = self
    ended.headers.merge(headers) { _, new in new }
    ended.headers[HeaderName.originTopic] = topic.name
    return ended
  }
}

extension RetryTier {
  /// How long a message waits that asks for a number of seconds: the delay of the covering tier, or longer if no tier
  /// is as long.
  public static func delaySeconds(for seconds: Int) -> Int { max(covering(seconds: seconds).seconds, seconds) }
}
