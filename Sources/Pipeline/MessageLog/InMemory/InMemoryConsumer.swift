internal import PaperModel
internal import Synchronization

/// A consumer of an in-memory log.
final class InMemoryConsumer: MessageConsumer {
  private struct State {
    var isClosed = false
    var held: Set<MessageShelf.Taken> = []
  }

  private let topics: Set<Topic>
  private let log: InMemoryMessageLog
  private let state = Mutex(State())

  init(of topics: Set<Topic>, log: InMemoryMessageLog) {
    self.topics = topics
    self.log = log
  }

  func next(of asked: Set<Topic>) async throws -> (any Delivery)? {
    precondition(asked.isSubset(of: topics), "a consumer is asked only for the topics that it consumes")
    while true {
      let seen = log.bell.rings
      try Task.checkCancellation()
      // Taken and noted as held in one go, so that a `close` in between finds it.
      let found: InMemoryDelivery?? = state.withLock { state in
        if state.isClosed { return .some(nil) }
        guard let (taken, message) = log.take(of: asked) else { return nil }
        state.held.insert(taken)
        return InMemoryDelivery(message: message, taken: taken, consumer: self)
      }
      if let found { return found }
      try await log.bell.wait(past: seen)
    }
  }

  func close() async {
    let held = state.withLock { state in
      state.isClosed = true
      defer { state.held = [] }
      return state.held
    }
    log.end { shelf, _ in for taken in held { shelf.giveBack(taken) } }
  }

  func end(_ taken: MessageShelf.Taken, _ change: (inout MessageShelf, Int64) -> Void) {
    state.withLock { _ = $0.held.remove(taken) }
    log.end(change)
  }
}

/// A delivery of an in-memory log.
struct InMemoryDelivery: Delivery {
  let message: Message
  let taken: MessageShelf.Taken
  let consumer: InMemoryConsumer

  var count: Int { taken.count }

  func finish() async throws { consumer.end(taken) { shelf, _ in shelf.finish(taken) } }

  func giveBack() async throws { consumer.end(taken) { shelf, _ in shelf.giveBack(taken) } }

  func retry(afterSeconds seconds: Int, headers: [String: String]) async throws {
    try MessageLimit.check(headers, of: message)
    let tier = Topic.retry(.covering(seconds: seconds))
    let delay = Int64(RetryTier.delaySeconds(for: seconds)) * 1_000_000
    consumer.end(taken) { shelf, now in
      shelf.retry(taken, in: tier, until: now + delay, headers: headers, at: now)
    }
  }

  func deadLetter(headers: [String: String]) async throws {
    try MessageLimit.check(headers, of: message)
    consumer.end(taken) { shelf, now in
      guard var dead = shelf.finish(taken)?.ended(with: headers) else { return }
      dead.topic = dead.topic.deadLetters
      shelf.add(dead, at: now)
    }
  }
}
