internal import Glibc

/// The side file whose lock processes pass around, so that writers take turns.
///
/// SQLite's own waiting (`busy_timeout`) sleeps and polls, which starves one of two busy writers; the kernel's queue on
/// `flock` does not. The lock only improves fairness: SQLite's lock keeps the file whole. A process that is stopped
/// while it holds the turn holds up the others, as it would by SQLite's lock.
struct TurnFile: ~Copyable {
  private let descriptor: Int32

  init(database path: String) throws(SQLiteError) {
    descriptor = open(path + "-turn", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let code = errno
      let words = "\(path)-turn: \(String(cString: strerror(code)))"
      throw SQLiteError(reason: code == EROFS ? .readOnly : .cannotOpen, message: words, path: path)
    }
  }

  deinit { _ = close(descriptor) }

  /// Waits for the turn, blocking the thread, and keeps it while the body runs.
  func take<Value>(_ body: () throws -> Value) rethrows -> Value {
    while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
    defer { _ = flock(descriptor, LOCK_UN) }
    return try body()
  }
}
