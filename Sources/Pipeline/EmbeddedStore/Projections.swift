internal import Glibc
public import PaperModel
internal import SQLite

/// An entry with its position among the entries of all streams.
public struct OutboxEntry: Sendable, Hashable {
  /// The position: grows with every entry, in the order of their commits; from 1.
  public let position: Int64
  public let stream: StreamID
  public let entry: JournalEntry
}

/// A row of a projection.
public struct SavedRow: Sendable, Hashable {
  public let key: String
  public let bytes: [UInt8]
}

extension EmbeddedStore {
  /// The entries of all streams after a position, in commit order, from which events and projections are made. No
  /// entry ever appears before one that was already read.
  /// - Throws: `JournalError`.
  public func entries(after position: Int64, limit: Int) async throws -> [OutboxEntry] {
    try await StoreErrors.journal {
      try await database.read { connection in
        try connection.query(
          "SELECT position, stream, number, bytes FROM journal WHERE position > ? ORDER BY position LIMIT ?", position,
          max(0, limit)
        ) { row in
          let stream = try JournalRows.stream(row.string(1), connection)
          let entry = try JournalRows.entry(row.bytes(3), of: stream, at: row.int64(2), connection)
          return OutboxEntry(position: row.int64(0), stream: stream, entry: entry)
        }
      }
    }
  }

  /// The last position that a projection includes; 0 if it was never saved.
  /// - Throws: `JournalError`.
  public func projectedPosition(_ name: String) async throws -> Int64 {
    try await StoreErrors.journal {
      try await database.read { connection in
        try connection.first("SELECT position FROM projection WHERE name = ?", name) { $0.int64(0) } ?? 0
      }
    }
  }

  /// The rows of a projection under some keys; those that are missing are left out.
  /// - Throws: `JournalError`.
  public func projectedRows(_ name: String, keys: [String]) async throws -> [String: [UInt8]] {
    guard !keys.isEmpty else { return [:] }
    return try await StoreErrors.journal {
      try await database.read { connection in
        var rows: [String: [UInt8]] = [:]
        for key in keys {
          rows[key] = try connection.first("SELECT bytes FROM projection_row WHERE name = ? AND key = ?", name, key) {
            $0.bytes(0)
          }
        }
        return rows
      }
    }
  }

  /// At most `limit` rows of a projection with keys after `start` and before `end`, by key.
  /// - Throws: `JournalError`.
  public func projectedRows(
    _ name: String, after start: String, before end: String, limit: Int
  ) async throws -> [SavedRow] {
    try await StoreErrors.journal {
      try await database.read { connection in
        try connection.query(
          "SELECT key, bytes FROM projection_row WHERE name = ? AND key > ? AND key < ? ORDER BY key LIMIT ?", name,
          start, end, max(0, limit)
        ) { SavedRow(key: $0.string(0), bytes: $0.bytes(1)) }
      }
    }
  }

  /// Saves the changes of a projection: rows by key, nil to delete one. Saves all or nothing, and nothing if another
  /// process has saved this position or a later one. A store opened for looks saves if this user may write: a
  /// projection can be made again at any time.
  /// - Returns: false if nothing was saved.
  /// - Throws: `JournalError`.
  public func saveProjection(_ name: String, position: Int64, rows: [String: [UInt8]?]) async throws -> Bool {
    guard isLooking else {
      return try await StoreErrors.journal { try await Self.save(name, position, rows, in: database) }
    }
    guard access(folder, W_OK) == 0, access(database.path, W_OK) == 0 else { return false }
    do {
      let writing = try await Database(path: database.path, schema: StoreSchema.steps, readerCount: 1)
      let isSaved: Bool
      do { isSaved = try await Self.save(name, position, rows, in: writing) } catch { isSaved = false }
      await writing.close()
      return isSaved
    } catch { return false }
  }

  /// Deletes a projection, to make it anew.
  /// - Throws: `JournalError`.
  public func clearProjection(_ name: String) async throws {
    try await StoreErrors.journal {
      try await database.write { connection in
        try connection.run("DELETE FROM projection_row WHERE name = ?", name)
        try connection.run("DELETE FROM projection WHERE name = ?", name)
      }
    }
  }

  private static func save(
    _ name: String, _ position: Int64, _ rows: [String: [UInt8]?], in database: Database
  ) async throws -> Bool {
    try await database.write { connection in
      let saved = try connection.run(
        """
        INSERT INTO projection (name, position) VALUES (?1, ?2)
        ON CONFLICT (name) DO UPDATE SET position = ?2 WHERE position < ?2
        """, name, position)
      guard saved == 1 else { return false }
      for (key, bytes) in rows {
        if let bytes {
          try connection.run(
            "INSERT OR REPLACE INTO projection_row (name, key, bytes) VALUES (?, ?, ?)", name, key, bytes)
        } else {
          try connection.run("DELETE FROM projection_row WHERE name = ? AND key = ?", name, key)
        }
      }
      return true
    }
  }
}
