extension Message {
  /// The message with headers that take the place of headers of the same name, and the topic that it came from.
  public func ended(with headers: [String: String]) -> Message {
    var ended = self
    ended.headers.merge(headers) { _, new in new }
    ended.headers[HeaderName.originTopic] = topic.name
    return ended
  }
}

extension RetryTier {
  /// How long a message that asks for so many seconds waits: a tier's time, or longer where no tier is as long.
  public static func delaySeconds(for seconds: Int) -> Int { max(covering(seconds: seconds).seconds, seconds) }
}
