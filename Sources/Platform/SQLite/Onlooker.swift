internal import Glibc

/// Reads a file that this process may not be able to write: as another user, on a read-only mount, on a full disk.
/// Lives on a thread of its own.
///
/// A file in WAL mode without a log beside it has no writer, and is read directly: SQLite's usual way would create two
/// files for that. If a writer comes meanwhile, the log appears, and the job runs again with it.
final class Onlooker {
  private final class Opened {
    let connection: CachedConnection
    let isImmutable: Bool
    let file: FileIdentity?
    init(_ connection: consuming Connection, isImmutable: Bool, file: FileIdentity?) {
      self.connection = CachedConnection(connection)
      self.isImmutable = isImmutable
      self.file = file
    }
  }

  /// Values that change when a file is written or replaced.
  private struct FileIdentity: Equatable {
    let inode: UInt64
    let size: Int64
    let seconds: Int
    let nanoseconds: Int

    /// Nil if there is no such file.
    init?(_ path: String) {
      var found = stat()
      guard stat(path, &found) == 0 else { return nil }
      inode = UInt64(found.st_ino)
      size = Int64(found.st_size)
      seconds = found.st_mtim.tv_sec
      nanoseconds = found.st_mtim.tv_nsec
    }
  }

  private let path: String
  private let schema: Schema
  private var opened: Opened?

  /// Opens the file once, to report at once what is wrong with it.
  init(path: String, schema: Schema) throws(SQLiteError) {
    self.path = path
    self.schema = schema
    opened = try open()
  }

  /// Works until the queue is closed and empty.
  func serve(_ queue: JobQueue) {
    while let jobs = queue.take(atMost: 1) {
      for job in jobs { DatabaseGate.pass { perform(job) } }
    }
  }

  private func perform(_ job: any Job) {
    var problem: any Error = SQLiteError(reason: .busy, message: "its writers come and go", path: path)
    for _ in 0..<10 {
      do {
        let opened = try current()
        do { try opened.connection.perform(job) } catch {
          if isCurrent(opened) { throw error }
          problem = error
          continue
        }
        if isCurrent(opened) { return job.answer() }
      } catch {
        job.answer(throwing: error)
        return
      }
    }
    job.answer(throwing: problem)
  }

  private func current() throws(SQLiteError) -> Opened {
    if let opened, isCurrent(opened) { return opened }
    opened = nil
    let fresh = try open()
    opened = fresh
    return fresh
  }

  /// Whether the connection still shows the file's state: a file that is read without locks must not have changed.
  private func isCurrent(_ opened: Opened) -> Bool {
    !opened.isImmutable || (logSize <= 0 && FileIdentity(path) == opened.file)
  }

  /// The bytes of the log; -1 if there is none.
  private var logSize: Int64 { FileIdentity(path + "-wal")?.size ?? -1 }

  private func open() throws(SQLiteError) -> Opened {
    if logSize < 0 { return try open(isImmutable: true) }
    do { return try open(isImmutable: false) } catch {
      switch error.reason {
      case .cannotOpen, .readOnly, .inputOutput, .full: break
      default: throw error
      }
      if logSize <= 0 { return try open(isImmutable: true) }
      throw SQLiteError(reason: .unreadableLog, message: error.message, path: path)
    }
  }

  private func open(isImmutable: Bool) throws(SQLiteError) -> Opened {
    let file = FileIdentity(path)
    let connection = try Connection(path: path, mode: isImmutable ? .immutable : .readOnly)
    connection.setBusyTimeout(milliseconds: 10_000)
    try schema.check(connection)
    return Opened(connection, isImmutable: isImmutable, file: file)
  }
}
