public import MessageLog
public import PaperModel
internal import SQLite

/// The message log of a data folder: durable, for several processes on one machine.
///
/// A delivery belongs to its consumer's worker for as long as that worker's process lives and runs, for hours if need
/// be. When the process is killed it is ready again at once for whoever opens the folder, and within `Pace.probeEvery`
/// for those who wait already; when it is frozen, after `Pace.pulseStaleAfter`. A message that was retried does not
/// hold up its key meanwhile; it comes back with its old place by age.
public struct EmbeddedMessageLog: MessageLog {
  let store: EmbeddedStore

  /// Publishes messages, all or none, durably before it returns.
  public func publish(_ messages: [Message]) async throws {
    try MessageLimit.check(messages)
    guard !messages.isEmpty else { return }
    let now = store.clock.nowMicroseconds
    try await write { connection in
      for message in messages { try MessageRows.insert(message, at: now, connection) }
    }
  }

  /// Takes part in the work of some topics. Locks the worker's file.
  public func consumer(of topics: [Topic], worker: WorkerID) async throws -> any MessageConsumer {
    try await StoreErrors.messageLog { try await store.enlist(worker) }
    return EmbeddedConsumer(of: Set(topics), worker: worker, log: self)
  }

  /// Messages of a topic as they lie there, oldest first, those that are held among them.
  public func browse(_ topic: Topic, limit: Int) async throws -> [StoredMessage] {
    try await StoreErrors.messageLog {
      try await store.database.read { try MessageRows.browse(topic, limit: max(0, limit), $0) }
    }
  }

  /// Takes a message out of a topic; false where it is gone or someone holds it.
  public func remove(_ identity: String, from topic: Topic) async throws -> Bool {
    guard let position = Int64(identity) else { return false }
    return try await write { try MessageRows.remove(position, from: topic, $0) }
  }

  /// Sets a word of control for a key, or takes it back with nil.
  public func setControl(_ key: String, to value: [UInt8]?) async throws {
    try await write(isNews: { false }) { connection in
      if let value {
        try connection.run("INSERT OR REPLACE INTO control (key, value) VALUES (?, ?)", key, value)
      } else {
        try connection.run("DELETE FROM control WHERE key = ?", key)
      }
    }
  }

  /// All words of control.
  public func control() async throws -> [String: [UInt8]] {
    try await StoreErrors.messageLog {
      try await store.database.read { connection in
        let words = try connection.query("SELECT key, value FROM control") { ($0.string(0), $0.bytes(1)) }
        return Dictionary(words) { _, last in last }
      }
    }
  }

  /// A change of messages.
  /// - Parameters:
  ///   - isDurable: false for what costs no more than another delivery when a power cut undoes it.
  ///   - isNews: whether those who wait, here and in other processes, should look.
  func write<Value: Sendable>(
    durably isDurable: Bool = true, isNews: @escaping @Sendable (Value) -> Bool = { _ in true },
    _ body: @escaping @Sendable (borrowing CachedConnection) throws -> Value
  ) async throws -> Value {
    try await StoreErrors.messageLog {
      try await store.database.write(durably: isDurable) { [news = store.news] connection in
        let value = try body(connection)
        if isNews(value) { news.put() }
        return value
      }
    }
  }
}
