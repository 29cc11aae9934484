/// A read-only connection on a reader's thread; each job sees one state of the file.
struct Reader: ~Copyable {
  private let connection: CachedConnection

  init(path: String) throws(SQLiteError) {
    let connection = try Connection(path: path, mode: .readOnly)
    connection.setBusyTimeout(milliseconds: 10_000)
    self.connection = CachedConnection(connection)
  }

  /// Works until the queue is closed and empty.
  func serve(_ queue: JobQueue) {
    while let jobs = queue.take(atMost: 1) {
      for job in jobs { DatabaseGate.pass { perform(job) } }
    }
  }

  private func perform(_ job: any Job) {
    do { try connection.perform(job) } catch {
      job.answer(throwing: error)
      return
    }
    job.answer()
  }
}

extension CachedConnection {
  /// Performs a job that sees one state of the file.
  func perform(_ job: any Job) throws {
    do {
      try run("BEGIN")
      try job.perform(on: self)
      try run("COMMIT")
    } catch {
      connection.rollBack()
      throw error
    }
  }
}
