/// The size limits of messages in every log. Such messages fit into Kafka's default of 1 MiB with room to spare.
public enum MessageLimit {
  /// Bytes of a key.
  public static let keyBytes = 1_024
  /// Bytes of a body.
  public static let bodyBytes = 1_000_000
  /// Bytes of all headers' names and values.
  public static let headerBytes = 32_768

  /// Refuses messages that are too large and keys that are empty.
  /// - Throws: `MessageLogError` naming the topic and the limit.
  public static func check(_ messages: [Message]) throws(MessageLogError) {
    for message in messages {
      let keyBytes = message.key.utf8.count
      guard keyBytes > 0 && keyBytes <= Self.keyBytes else {
        throw refusal(message, "has a key of \(keyBytes) bytes; a key has 1 to \(Self.keyBytes)")
      }
      guard message.body.count <= bodyBytes else {
        throw refusal(
          message, "has \(message.body.count) bytes; keep what is over \(bodyBytes) as a blob and send its reference")
      }
      try check(message.headers, of: message)
    }
  }

  /// Refuses headers that are too large.
  public static func check(_ headers: [String: String], of message: Message) throws(MessageLogError) {
    let count = headers.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    guard count <= headerBytes else {
      throw refusal(message, "has \(count) bytes of headers; at most \(headerBytes) are taken")
    }
  }

  private static func refusal(_ message: Message, _ words: String) -> MessageLogError {
    MessageLogError("A message for \(message.topic) with key “\(message.key.prefix(80))” \(words).", isRetriable: false)
  }
}
