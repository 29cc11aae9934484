internal import MessageLog
internal import PaperModel
internal import SQLite
internal import Synchronization

final class EmbeddedConsumer: MessageConsumer {
  private struct State {
    var isClosed = false
    var held: Set<MessageRows.Taken> = []
  }

  /// The result of one query of the message table.
  private struct Look: Sendable {
    var found: (taken: MessageRows.Taken, message: Message)?
    var owners: Set<String> = []
    var nextDue: Int64?
  }

  private let topics: Set<Topic>
  private let worker: WorkerID
  private let log: EmbeddedMessageLog
  private let state = Mutex(State())

  init(of topics: Set<Topic>, worker: WorkerID, log: EmbeddedMessageLog) {
    self.topics = topics
    self.worker = worker
    self.log = log
  }

  func next(of asked: Set<Topic>) async throws -> (any Delivery)? {
    precondition(asked.isSubset(of: topics), "a consumer is asked only for the topics that it consumes")
    let topics = asked.sorted()
    let store = log.store
    while true {
      let seen = store.bell.rings
      try Task.checkCancellation()
      if state.withLock({ $0.isClosed }) { return nil }
      let look = try await look(for: topics)
      if let (taken, message) = look.found { return try await handOut(taken, message) }
      store.watch.observe(look.owners.filter { !store.workers.owns($0) })
      if let due = look.nextDue { store.alarm.set(atMicroseconds: due) }
      try await store.bell.wait(past: seen)
    }
  }

  func close() async {
    let held = state.withLock { state in
      state.isClosed = true
      defer { state.held = [] }
      return state.held
    }
    log.store.bell.ring()
    guard !held.isEmpty else { return }
    // If this fails too, the deliveries become free when the store is closed or the process ends.
    try? await giveBack(held)
  }

  func ended(_ taken: MessageRows.Taken) { state.withLock { _ = $0.held.remove(taken) } }

  /// If the caller was cancelled or closed while the row was taken, the row goes back.
  private func handOut(_ taken: MessageRows.Taken, _ message: Message) async throws -> (any Delivery)? {
    let isClosed = state.withLock { state in
      if !state.isClosed && !Task.isCancelled { state.held.insert(taken) }
      return state.isClosed
    }
    guard isClosed || Task.isCancelled else {
      return EmbeddedDelivery(message: message, taken: taken, consumer: self, log: log)
    }
    ended(taken)
    try await giveBack([taken])
    if isClosed { return nil }
    throw CancellationError()
  }

  private func giveBack(_ held: Set<MessageRows.Taken>) async throws {
    try await log.write(durably: false) { connection in
      for taken in held { try MessageRows.giveBack(taken, connection) }
    }
  }

  private func look(for topics: [Topic]) async throws -> Look {
    let store = log.store
    let gone = store.watch.takeGone()
    let now = store.clock.nowMicroseconds
    return try await StoreErrors.messageLog {
      try await store.database.write(durably: false) { [worker, news = store.news] connection in
        try MessageRows.release(ownedBy: gone, connection)
        let hasWoken = try MessageRows.wake(at: now, connection)
        var look = Look(found: try MessageRows.take(of: topics, for: worker.name, connection))
        if look.found == nil {
          look.owners = try MessageRows.owners(connection)
          look.nextDue = try MessageRows.nextDue(connection)
        }
        // Other waiters may want the rows that this query made ready.
        if hasWoken || !gone.isEmpty { news.put() }
        return look
      }
    }
  }
}
