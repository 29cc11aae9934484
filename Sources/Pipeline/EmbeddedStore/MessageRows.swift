internal import MessageLog
internal import PaperModel
internal import SQLite

/// The statements on the table `message`. Each runs within the caller's transaction.
///
/// Messages of one topic and key form a queue: at most one is ready or held and the others wait behind it, so the
/// next delivery is found without skipping any. A message in a retry tier is outside its queue; when it returns it is
/// placed by age, ahead of younger messages that are not ready yet.
enum MessageRows {
  /// A delivery: the row, and the count that distinguishes it from an earlier delivery of the same message.
  struct Taken: Hashable, Sendable {
    let position: Int64
    let count: Int64
    let owner: String
  }

  /// What the end of a delivery changed.
  enum End: Sendable {
    /// The delivery was reassigned before; nothing changed.
    case isStale
    /// The message has left its queue, which is now empty.
    case isAlone
    /// The message has left its queue, and the next one is ready.
    case hasSuccessor
  }

  static func insert(_ message: Message, at time: Int64, _ connection: borrowing CachedConnection) throws {
    try connection.run(
      """
      INSERT INTO message (topic, key, at, body, headers, priority, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, CASE
        WHEN EXISTS (SELECT 1 FROM message WHERE topic = ?1 AND key = ?2 AND state IN (0, 1)) THEN 2 ELSE 0 END)
      """, message.topic.name, message.key, time, message.body, try HeaderText.write(message.headers),
      Int64(message.priority.value))
  }

  /// Returns due messages to their queues, at most 1,000 at once; true if there were any.
  static func wake(at time: Int64, _ connection: borrowing CachedConnection) throws -> Bool {
    let due = try connection.query(
      """
      SELECT position, origin, key FROM message INDEXED BY message_due
      WHERE state = 3 AND due <= ? ORDER BY due LIMIT 1000
      """, time
    ) { row in (position: row.int64(0), topic: row.string(1), key: row.string(2)) }
    for message in due {
      try connection.run(
        "UPDATE message SET topic = origin, origin = NULL, due = NULL, state = 2 WHERE position = ?", message.position)
      try advance(message.topic, message.key, connection)
    }
    return !due.isEmpty
  }

  static func nextDue(_ connection: borrowing CachedConnection) throws -> Int64? {
    try connection.first(
      "SELECT due FROM message INDEXED BY message_due WHERE state = 3 ORDER BY due LIMIT 1"
    ) { $0.int64(0) }
  }

  /// Takes the ready message with the highest priority in some topics, the oldest among equals.
  static func take(
    of topics: [Topic], for owner: String, _ connection: borrowing CachedConnection
  ) throws -> (taken: Taken, message: Message)? {
    var best: (priority: Int64, position: Int64)?
    for topic in topics {
      let first = try connection.first(
        """
        SELECT priority, position FROM message INDEXED BY message_ready
        WHERE topic = ? AND state = 0 ORDER BY priority DESC, position LIMIT 1
        """, topic.name
      ) { (priority: $0.int64(0), position: $0.int64(1)) }
      guard let first else { continue }
      if let known = best, (known.priority, -known.position) >= (first.priority, -first.position) { continue }
      best = first
    }
    guard let position = best?.position else { return nil }
    try connection.run("UPDATE message SET state = 1, owner = ?, count = count + 1 WHERE position = ?", owner, position)
    return try connection.first(
      "SELECT topic, key, body, headers, count FROM message WHERE position = ?", position
    ) { row in
      let message = Message(
        topic: try topicName(row.string(0), connection), key: row.string(1), body: row.bytes(2),
        headers: try HeaderText.read(row.string(3), position, connection))
      return (Taken(position: position, count: row.int64(4), owner: owner), message)
    }
  }

  static func finish(
    _ taken: Taken, of message: Message, _ connection: borrowing CachedConnection
  ) throws -> End {
    let changed = try connection.run(
      "DELETE FROM message WHERE position = ? AND state = 1 AND owner = ? AND count = ?", taken.position, taken.owner,
      taken.count)
    guard changed == 1 else { return .isStale }
    return try advance(message.topic.name, message.key, connection) ? .hasSuccessor : .isAlone
  }

  static func giveBack(_ taken: Taken, _ connection: borrowing CachedConnection) throws {
    try connection.run(
      "UPDATE message SET state = 0, owner = NULL WHERE position = ? AND state = 1 AND owner = ? AND count = ?",
      taken.position, taken.owner, taken.count)
  }

  /// Moves a held message to a tier's topic.
  static func retry(
    _ taken: Taken, as waiting: Message, origin: Message, due: Int64, at time: Int64,
    _ connection: borrowing CachedConnection
  ) throws -> End {
    let changed = try connection.run(
      """
      UPDATE message SET topic = ?, origin = ?, due = ?, at = ?, headers = ?, state = 3, owner = NULL
      WHERE position = ? AND state = 1 AND owner = ? AND count = ?
      """, waiting.topic.name, origin.topic.name, due, time, try HeaderText.write(waiting.headers), taken.position,
      taken.owner, taken.count)
    guard changed == 1 else { return .isStale }
    return try advance(origin.topic.name, origin.key, connection) ? .hasSuccessor : .isAlone
  }

  /// The owners that hold deliveries.
  static func owners(_ connection: borrowing CachedConnection) throws -> Set<String> {
    Set(
      try connection.query("SELECT DISTINCT owner FROM message INDEXED BY message_held WHERE state = 1") {
        $0.string(0)
      })
  }

  /// Makes the deliveries of dead owners ready again.
  static func release(ownedBy owners: Set<String>, _ connection: borrowing CachedConnection) throws {
    for owner in owners.sorted() {
      try connection.run(
        "UPDATE message INDEXED BY message_held SET state = 0, owner = NULL WHERE state = 1 AND owner = ?", owner)
    }
  }

  /// The oldest messages of a topic, including those that are held.
  static func browse(
    _ topic: Topic, limit: Int, _ connection: borrowing CachedConnection
  ) throws -> [StoredMessage] {
    try connection.query(
      """
      SELECT position, key, body, headers, at FROM message INDEXED BY message_topic
      WHERE topic = ? ORDER BY position LIMIT ?
      """, topic.name, limit
    ) { row in
      let message = Message(
        topic: topic, key: row.string(1), body: row.bytes(2),
        headers: try HeaderText.read(row.string(3), row.int64(0), connection))
      return StoredMessage(identity: String(row.int64(0)), message: message, atMicroseconds: row.int64(4))
    }
  }

  /// Removes a message unless it is held.
  static func remove(
    _ position: Int64, from topic: Topic, _ connection: borrowing CachedConnection
  ) throws -> Bool {
    let key = try connection.first(
      "SELECT key FROM message WHERE position = ? AND topic = ? AND state <> 1", position, topic.name
    ) { $0.string(0) }
    guard let key else { return false }
    try connection.run("DELETE FROM message WHERE position = ?", position)
    try advance(topic.name, key, connection)
    return true
  }

  /// Makes the oldest message of a queue ready unless one is ready or held; true if it did.
  @discardableResult
  private static func advance(
    _ topic: String, _ key: String, _ connection: borrowing CachedConnection
  ) throws -> Bool {
    try connection.run(
      """
      UPDATE message SET state = 0 WHERE position = (
        SELECT position FROM message INDEXED BY message_queued
        WHERE topic = ?1 AND key = ?2 AND state = 2 ORDER BY position LIMIT 1)
      AND NOT EXISTS (SELECT 1 FROM message WHERE topic = ?1 AND key = ?2 AND state IN (0, 1))
      """, topic, key) > 0
  }

  private static func topicName(_ name: String, _ connection: borrowing CachedConnection) throws -> Topic {
    guard !name.isEmpty, name.utf8.count <= 200 else {
      throw MessageLogError(
        "A message in \(connection.connection.path) has no topic; move the file aside and restore a copy.",
        isRetriable: false)
    }
    return Topic(name: name)
  }
}
