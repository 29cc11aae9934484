import MessageLog
import PaperModel
import Synchronization
import WireFormat

/// The simulated log as one life of a worker sees it.
struct LifeLog: MessageLog {
  let log: SimulatedLog
  let life: Life
  let mistakes: any Mistakes

  private var trouble: MessageLogError { MessageLogError("The log is away.", isRetriable: true) }

  func publish(_ messages: [Message]) async throws {
    let kinds = Set(messages.map(\.topic.name)).sorted().joined(separator: "+")
    let kept = await mistakes.published(messages, by: life, log)
    try await life.call("publish \(kinds)", trouble) { if !kept.isEmpty { log.publish(kept) } }
  }

  func consumer(of topics: [Topic], worker: WorkerID) async throws -> any MessageConsumer {
    try await life.call("consumer", trouble) { LifeConsumer(log: log, life: life, mistakes: mistakes) }
  }

  func browse(_ topic: Topic, limit: Int) async throws -> [StoredMessage] {
    try await life.call("browse", trouble) {
      log.rows.enumerated().filter { row in
        topic == row.element.message.topic.deadLetters
          ? row.element.place == .dead : row.element.isLive && row.element.message.topic == topic
      }.prefix(limit).map { row in
        var message = row.element.message
        if row.element.place == .dead {
          message = message.ended(with: row.element.headers)
          message.topic = topic
        }
        return StoredMessage(identity: String(row.offset), message: message, atMicroseconds: 0)
      }
    }
  }

  func holds(_ key: String, in topic: Topic) async throws -> Bool {
    try await browse(topic, limit: .max).contains { $0.message.key == key }
  }

  func remove(_ identity: String, from topic: Topic) async throws -> Bool { log.bury(identity) }

  func setControl(_ key: String, to value: [UInt8]?) async throws { log.setControl(key, to: value) }
  func control() async throws -> [String: [UInt8]] { try await life.call("control", trouble) { log.control } }
}

private final class LifeConsumer: MessageConsumer {
  private let log: SimulatedLog
  private let life: Life
  private let mistakes: any Mistakes
  private let isClosed = Mutex(false)

  init(log: SimulatedLog, life: Life, mistakes: any Mistakes) {
    self.log = log
    self.life = life
    self.mistakes = mistakes
  }

  func next(of topics: Set<Topic>) async throws -> (any Delivery)? {
    try await life.call("next", MessageLogError("The log is away.", isRetriable: true)) {
      while true {
        let seen = log.bell.rings
        try Task.checkCancellation()
        if life.isDead { throw Life.Dead() }
        if isClosed.withLock({ $0 }) { return nil }
        if let (row, number, message, count) = log.take(of: topics, for: life.worker) {
          return LifeDelivery(
            message: message, count: count, row: row, number: number, log: log, life: life, mistakes: mistakes)
        }
        log.bell.ring()
        try await log.bell.wait(past: seen + 1)
      }
    }
  }

  func close() async {
    if life.isDead || isClosed.withLock({ $0 }) { return }
    isClosed.withLock { $0 = true }
    log.expel(life.worker)
    log.bell.ring()
  }
}

private struct LifeDelivery: Delivery {
  let message: Message
  let count: Int
  let row: Int
  let number: Int
  let log: SimulatedLog
  let life: Life
  let mistakes: any Mistakes

  func finish() async throws {
    try await end("finish", .done)
    await mistakes.finished(message, by: life, log)
  }
  func giveBack() async throws { try await end("giveBack", .ready) }
  func retry(afterSeconds seconds: Int, headers: [String: String]) async throws {
    try await end("retry", .waiting(untilMicroseconds: log.due(afterSeconds: seconds)), headers)
  }
  func deadLetter(headers: [String: String]) async throws { try await end("deadLetter", .dead, headers) }

  private func end(_ how: String, _ place: SimulatedLog.Place, _ headers: [String: String] = [:]) async throws {
    try await life.call("\(how) \(message.topic)", MessageLogError("The log is away.", isRetriable: true)) {
      log.end(row, life.worker, number, as: place, headers: headers)
    }
  }
}

extension SimulatedLog.Row {
  /// The requested work; nil if the message can't be read.
  var item: WorkItem? { try? WireFormat.decodeWorkItem(message.body) }
}
