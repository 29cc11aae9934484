/// A database file for many tasks: writes share durable commits on one thread, reads run beside them on others.
///
/// WAL with full synchronisation: when `write` returns, its rows survive a power cut. Several `Database` objects and
/// processes may use one file; they take turns. Call `close` when done.
public final class Database: Sendable {
  /// The most writes, and the most reads, that may wait; more are refused with `.overloaded`.
  public static let longestQueue = 65_536

  /// The file.
  public let path: String
  private let writes: JobQueue
  private let reads: JobQueue
  /// Nil if the file is only read.
  private let writer: JoinableThread?
  private let readers: [JoinableThread]

  /// Opens or creates the file and brings its tables up to date.
  ///
  /// - Parameters:
  ///   - path: The file; `-wal`, `-shm` and `-turn` stand beside it.
  ///   - schema: The steps that build the tables, oldest first; released ones never change. Their number is the
  ///     file's `user_version`.
  ///   - readerCount: How many threads read, each with a connection of its own.
  ///   - onCommit: Called on the writer's thread after every durable commit, before the callers are answered; it must
  ///     be quick and must not wait for this database.
  /// - Throws: `SQLiteError`; a damaged, foreign or newer file is left as it is.
  public init(
    path: String, schema: [String], readerCount: Int = 2, onCommit: (@Sendable () -> Void)? = nil
  ) async throws {
    precondition(readerCount > 0 && readerCount <= 64)
    self.path = path
    let writes = JobQueue(limit: Self.longestQueue, path: path)
    let reads = JobQueue(limit: Self.longestQueue, path: path)
    self.writes = writes
    self.reads = reads
    let writer = try await Self.startThread("sqlite-write") {
      try GroupCommitWriter(path: path, schema: Schema(steps: schema), onCommit: onCommit)
    } serve: {
      $0.serve(writes)
    }
    self.writer = writer
    var readers: [JoinableThread] = []
    do {
      for _ in 0..<readerCount {
        let reader = try await Self.startThread("sqlite-read") {
          try Reader(path: path)
        } serve: {
          $0.serve(reads)
        }
        readers.append(reader)
      }
    } catch {
      reads.close()
      for reader in readers { await reader.ended() }
      writes.close()
      await writer.ended()
      throw error
    }
    self.readers = readers
  }

  /// Opens an existing file read-only, even if this process may not write: it creates no file, and `write` throws
  /// `.readOnly`.
  ///
  /// - Parameter schema: The steps that the file must have, no more and no fewer.
  /// - Throws: `SQLiteError`: `.cannotOpen` if there is no file, `.olderSchema` and `.newerSchema`, `.unreadableLog`.
  public init(readingOnly path: String, schema: [String]) async throws {
    self.path = path
    writes = JobQueue(limit: Self.longestQueue, path: path)
    let reads = JobQueue(limit: Self.longestQueue, path: path)
    self.reads = reads
    writer = nil
    readers = [
      try await Self.startThread("sqlite-look") {
        try Onlooker(path: path, schema: Schema(steps: schema))
      } serve: {
        $0.serve(reads)
      }
    ]
  }

  deinit {
    reads.close()
    writes.close()
  }

  /// Runs the body in a transaction that it shares with other writes, and returns once that is durable.
  ///
  /// An error thrown by the body undoes this body alone and is rethrown. A failed commit throws to all who shared it,
  /// and nothing of theirs is in the file. Cancellation is ignored: queued work is done.
  ///
  /// - Parameter isDurable: False for changes that a power cut may undo (the end of this process may not): answered
  ///   without waiting for the disk, unless a durable write shares the commit. The next durable write makes it durable
  ///   too.
  public func write<Value: Sendable>(
    durably isDurable: Bool = true, _ body: @escaping @Sendable (borrowing CachedConnection) throws -> Value
  ) async throws -> Value {
    guard writer != nil else {
      throw SQLiteError(reason: .readOnly, message: "opened for reading alone", path: path)
    }
    return try await writes.perform(durably: isDurable, body)
  }

  /// Runs the body on a read-only connection, on one consistent state of the file; writes continue meanwhile.
  ///
  /// Cancellation is ignored: queued work is done.
  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (borrowing CachedConnection) throws -> Value
  ) async throws -> Value {
    try await reads.perform(body)
  }

  /// Looks through the whole file for damage.
  public func quickCheck() async throws {
    try await read { try $0.connection.quickCheck() }
  }

  /// Completes waiting work, then closes the file. Later calls throw `.closed`; closing twice is harmless.
  public func close() async {
    reads.close()
    for reader in readers { await reader.ended() }
    // Last, so that the connection that may write is the one that checkpoints the log into the file.
    writes.close()
    await writer?.ended()
  }

  /// Starts a thread that opens its connection, reports whether that worked, and serves until the queue closes.
  private static func startThread<Owner: ~Copyable>(
    _ name: String, make: @escaping @Sendable () throws -> Owner,
    serve: @escaping @Sendable (borrowing Owner) -> Void
  ) async throws -> JoinableThread {
    var thread: JoinableThread?
    try await withCheckedThrowingContinuation { (opened: CheckedContinuation<Void, any Error>) in
      thread = JoinableThread(name) {
        do {
          let owner = try DatabaseGate.pass(make)
          opened.resume()
          serve(owner)
          DatabaseGate.close(owner)
        } catch {
          opened.resume(throwing: error)
        }
      }
    }
    guard let thread else { preconditionFailure("the continuation runs its body") }
    return thread
  }
}
