internal import MessageLog
internal import PaperModel
internal import SQLite

struct EmbeddedDelivery: Delivery {
  let message: Message
  let taken: MessageRows.Taken
  let consumer: EmbeddedConsumer
  let log: EmbeddedMessageLog

  var count: Int { Int(taken.count) }

  func finish() async throws {
    // A power cut may undo this; at-least-once delivery allows it.
    _ = try await log.write(durably: false, isNews: { $0 == .hasSuccessor }) { connection in
      try MessageRows.finish(taken, of: message, connection)
    }
    consumer.ended(taken)
  }

  func giveBack() async throws {
    try await log.write(durably: false) { connection in try MessageRows.giveBack(taken, connection) }
    consumer.ended(taken)
  }

  func retry(afterSeconds seconds: Int, headers: [String: String]) async throws {
    try MessageLimit.check(headers, of: message)
    var waiting = message.ended(with: headers)
    waiting.topic = .retry(.covering(seconds: seconds))
    let now = log.store.clock.nowMicroseconds
    let due = now + Int64(RetryTier.delaySeconds(for: seconds)) * 1_000_000
    _ = try await log.write(isNews: { $0 == .hasSuccessor }) { [waiting] connection in
      try MessageRows.retry(taken, as: waiting, origin: message, due: due, at: now, connection)
    }
    consumer.ended(taken)
    // Other processes find it at their next check, long before the shortest tier is over.
    log.store.alarm.set(atMicroseconds: due)
  }

  func deadLetter(headers: [String: String]) async throws {
    try MessageLimit.check(headers, of: message)
    var dead = message.ended(with: headers)
    dead.topic = message.topic.deadLetters
    let now = log.store.clock.nowMicroseconds
    try await log.write { [dead] connection in
      guard try MessageRows.finish(taken, of: message, connection) != .isStale else { return }
      try MessageRows.insert(dead, at: now, connection)
    }
    consumer.ended(taken)
  }
}
