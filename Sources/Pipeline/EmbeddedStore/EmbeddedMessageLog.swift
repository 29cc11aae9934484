public import MessageLog
public import PaperModel
internal import SQLite

/// The message log of a data folder: durable, for several processes on one machine.
///
/// A delivery belongs to its consumer's worker as long as that worker's process lives and runs, for hours if need be.
/// If the process is killed, the delivery is ready again at once for a process that opens the folder, and within
/// `Pace.probeEvery` for those that wait already; if it is frozen, after `Pace.pulseStaleAfter`. A message in a retry
/// tier does not hold up its key; it returns to its old place by age.
public struct EmbeddedMessageLog: MessageLog {
  let store: EmbeddedStore

  /// Publishes all messages or none, durably before it returns.
  public func publish(_ messages: [Message]) async throws {
    try MessageLimit.check(messages)
    guard !messages.isEmpty else { return }
    let now = store.clock.nowMicroseconds
    try await write { connection in
      for message in messages { try MessageRows.insert(message, at: now, connection) }
    }
  }

  /// Joins the consumers of some topics and locks the worker's file.
  public func consumer(of topics: [Topic], worker: WorkerID) async throws -> any MessageConsumer {
    try await StoreErrors.messageLog { try await store.enlist(worker) }
    return EmbeddedConsumer(of: Set(topics), worker: worker, log: self)
  }

  /// The oldest messages of a topic, including those that are held.
  public func browse(_ topic: Topic, limit: Int) async throws -> [StoredMessage] {
    try await StoreErrors.messageLog {
      try await store.database.read { try MessageRows.browse(topic, limit: max(0, limit), $0) }
    }
  }

  public func holds(_ key: String, in topic: Topic) async throws -> Bool {
    try await StoreErrors.messageLog { try await store.database.read { try MessageRows.holds(key, in: topic, $0) } }
  }

  /// Removes a message from a topic; false if it is gone or held.
  public func remove(_ identity: String, from topic: Topic) async throws -> Bool {
    guard let position = Int64(identity) else { return false }
    return try await write { try MessageRows.remove(position, from: topic, $0) }
  }

  public func setControl(_ key: String, to value: [UInt8]?) async throws {
    try await write(isNews: { false }) { connection in
      if let value {
        try connection.run("INSERT OR REPLACE INTO control (key, value) VALUES (?, ?)", key, value)
      } else {
        try connection.run("DELETE FROM control WHERE key = ?", key)
      }
    }
  }

  public func control() async throws -> [String: [UInt8]] { try await control(under: "") }

  public func control(under prefix: String) async throws -> [String: [UInt8]] {
    try await StoreErrors.messageLog {
      try await store.database.read { connection in
        // Keys are compared as bytes, and 0xff is in no text.
        let words = try connection.query(
          "SELECT key, value FROM control WHERE key >= ?1 AND key < CAST(?1 || X'ff' AS TEXT)", prefix
        ) { ($0.string(0), $0.bytes(1)) }
        return Dictionary(words) { _, last in last }
      }
    }
  }

  /// Changes messages in a transaction.
  /// - Parameters:
  /// - isDurable: false if a power cut that undoes the change costs no more than another delivery.
  /// - isNews: whether waiters, in this and other processes, should check the table.
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
