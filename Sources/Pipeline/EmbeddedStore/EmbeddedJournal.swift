public import Journal
public import PaperModel
internal import SQLite
internal import WireFormat

/// The journal of a data folder. Appends of all streams share durable commits.
///
/// A worker is alive while its process holds the lock of its file in `DIR/workers` and its heartbeat is fresh: a
/// killed process is gone at once, a frozen one when its heartbeat is stale.
public struct EmbeddedJournal: Journal {
  let store: EmbeddedStore

  public func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
    if let refusal = JournalError.refusal(of: number, to: stream, end: .max) { throw refusal }
    let now = store.clock.nowMicroseconds
    let bytes = WireFormat.encode(JournalEntry(number: number, atMicroseconds: now, fact: fact))
    let text = stream.description
    return try await StoreErrors.journal {
      try await store.database.write { connection in
        // The primary key decides which writer was first, also between processes.
        let inserted = try connection.run(
          """
          INSERT INTO journal (stream, number, at, bytes) SELECT ?1, ?2, ?3, ?4
          WHERE ?2 = 0 OR EXISTS (SELECT 1 FROM journal WHERE stream = ?1 AND number = ?2 - 1)
          ON CONFLICT (stream, number) DO NOTHING
          """, text, number, now, bytes)
        if inserted == 1 { return true }
        let end = try JournalRows.end(of: text, connection)
        if let refusal = JournalError.refusal(of: number, to: stream, end: end) { throw refusal }
        return false
      }
    }
  }

  public func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    try await StoreErrors.journal {
      try await store.database.read { connection in
        try JournalRows.entries(of: stream, from: max(0, number), connection)
      }
    }
  }

  public func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID] {
    try await StoreErrors.journal {
      try await store.database.read { try JournalRows.streams(of: kind, after: name, limit: limit, $0) }
    }
  }

  /// Locks the worker's file and writes the time there. Not synchronised to the disk.
  public func beat(_ worker: WorkerID) async throws {
    let now = store.clock.nowMicroseconds
    try await StoreErrors.journal {
      try await store.files.run { [workers = store.workers] in try workers.beat(worker, at: now) }
    }
    store.watch.workersChanged()
  }

  /// Removes the worker's file, which frees its deliveries.
  public func sayGoodbye(_ worker: WorkerID) async throws {
    try await StoreErrors.journal {
      try await store.files.run { [workers = store.workers] in workers.dismiss(worker) }
    }
  }

  public func liveness(of worker: WorkerID) async throws -> Liveness {
    let now = store.clock.nowMicroseconds
    return try await StoreErrors.journal {
      try await store.files.run { [workers = store.workers] in try workers.liveness(of: worker, now: now) }
    }
  }

  public func living() async throws -> [WorkerID] {
    let now = store.clock.nowMicroseconds
    return try await StoreErrors.journal {
      try await store.files.run { [workers = store.workers] in try workers.living(now: now) }
    }
  }
}
