internal import MessageLog
internal import PaperModel
internal import SQLite

/// A delivery of an embedded message log.
struct EmbeddedDelivery: Delivery {
  let message: Message
  let taken: MessageRows.Taken
  let consumer: EmbeddedConsumer
  let log: EmbeddedMessageLog

  var count: Int { Int(taken.count) }

  func finish() async throws {
    try await end { connection in _ = try MessageRows.finish(taken, of: message, connection) }
  }

  func giveBack() async throws {
    try await end { connection in try MessageRows.giveBack(taken, connection) }
  }

  func retry(afterSeconds seconds: Int, headers: [String: String]) async throws {
    try MessageLimit.check(headers, of: message)
    var waiting = message.ended(with: headers)
    waiting.topic = .retry(.covering(seconds: seconds))
    let now = log.store.clock.nowMicroseconds
    let due = now + Int64(RetryTier.delaySeconds(for: seconds)) * 1_000_000
    try await end { [waiting] connection in
      try MessageRows.retry(taken, as: waiting, origin: message, due: due, at: now, connection)
    }
  }

  func deadLetter(headers: [String: String]) async throws {
    try MessageLimit.check(headers, of: message)
    var dead = message.ended(with: headers)
    dead.topic = message.topic.deadLetters
    let now = log.store.clock.nowMicroseconds
    try await end { [dead] connection in
      guard try MessageRows.finish(taken, of: message, connection) else { return }
      try MessageRows.insert(dead, at: now, connection)
    }
  }

  private func end(_ body: @escaping @Sendable (borrowing CachedConnection) throws -> Void) async throws {
    try await log.write(body)
    consumer.ended(taken)
  }
}
