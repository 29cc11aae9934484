/// The one connection that writes: all jobs that wait share one transaction and are answered once it is durable.
///
/// It lives and dies on the writer thread.
struct GroupCommitWriter: ~Copyable {
  /// The most jobs that share a transaction, so that other processes get their turn.
  static let largestBatch = 4096

  private let connection: CachedConnection
  private let turn: TurnFile
  // Held here, not looked up: two lookups for every job cost 5 % of the throughput.
  private let savepoint: Statement
  private let release: Statement
  private let onCommit: (@Sendable () -> Void)?

  init(path: String, schema: Schema, onCommit: (@Sendable () -> Void)?) throws {
    let connection = try Connection(path: path)
    // A net below the turn file, for writers that do not use it, such as SQLite's own shell.
    connection.setBusyTimeout(milliseconds: 10_000)
    // Looks at the header before anything beside the file is created.
    try connection.execute("PRAGMA schema_version")
    let turn = try TurnFile(database: path)
    try turn.take {
      try connection.execute(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"
          + "PRAGMA journal_size_limit=67108864")
      try schema.migrate(connection)
    }
    let savepoint = try connection.prepare("SAVEPOINT job")
    let release = try connection.prepare("RELEASE job")
    self.savepoint = savepoint
    self.release = release
    self.connection = CachedConnection(connection)
    self.turn = turn
    self.onCommit = onCommit
  }

  /// Works until the queue is closed and empty.
  func serve(_ queue: JobQueue) {
    while let jobs = queue.take(atMost: Self.largestBatch) { commit(jobs) }
  }

  private func commit(_ jobs: [any Job]) {
    do {
      let failures = try DatabaseGate.pass { try turn.take { try performInOneTransaction(jobs) } }
      if failures.count < jobs.count { onCommit?() }
      for (index, job) in jobs.enumerated() {
        if let error = failures[index] { job.answer(throwing: error) } else { job.answer() }
      }
    } catch {
      // Nothing of this batch is in the file; each caller may repeat its own part.
      for job in jobs { job.answer(throwing: error) }
    }
  }

  /// The errors of the jobs that failed by themselves, by index; throws when the batch as a whole failed.
  private func performInOneTransaction(_ jobs: [any Job]) throws -> [Int: any Error] {
    var failures: [Int: any Error] = [:]
    // Set each time: outside of a transaction it costs a microsecond. FULL synchronises the whole log, and so what was
    // committed with NORMAL before.
    let isDurable = jobs.contains { $0.isDurable }
    try connection.run(isDurable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL")
    try connection.run("BEGIN IMMEDIATE")
    do {
      for (index, job) in jobs.enumerated() {
        // Alone, a job needs no savepoint: undoing the transaction undoes the job.
        if jobs.count == 1 {
          try perform(job)
        } else if let error = try performInSavepoint(job) {
          failures[index] = error
        }
      }
      try connection.run("COMMIT")
      return failures
    } catch {
      connection.connection.rollBack()
      throw error
    }
  }

  /// The job's own error, undone; throws when the error took the whole transaction with it, as a full disk does.
  private func performInSavepoint(_ job: any Job) throws -> (any Error)? {
    try savepoint.run()
    do {
      try perform(job)
    } catch {
      guard connection.connection.isInTransaction else { throw error }
      try connection.run("ROLLBACK TO job")
      try release.run()
      return error
    }
    try release.run()
    return nil
  }

  private func perform(_ job: any Job) throws {
    try job.perform(on: connection)
    precondition(connection.connection.isInTransaction, "a write body must not end the transaction")
  }
}
