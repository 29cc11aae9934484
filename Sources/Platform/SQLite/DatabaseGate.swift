internal import Glibc

/// Stops the process only while none of its threads uses a database file.
///
/// A process that is stopped in the middle of a commit keeps SQLite's lock, and every other process that writes to
/// the file waits until it continues. Opening, closing and reading take locks too, for some microseconds: one that is
/// stopped there even keeps others from reading.
public enum DatabaseGate {
  // All who use a database share the lock; the thread that stops the process has it alone, and comes before those
  // that wait: otherwise a busy writer would keep it.
  nonisolated(unsafe) private static let lock = {
    let lock = UnsafeMutablePointer<pthread_rwlock_t>.allocate(capacity: 1)
    var attributes = pthread_rwlockattr_t()
    pthread_rwlockattr_init(&attributes)
    pthread_rwlockattr_setkind_np(&attributes, Int32(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP))
    pthread_rwlock_init(lock, &attributes)
    pthread_rwlockattr_destroy(&attributes)
    return lock
  }()

  /// Waits up to two seconds for work in progress, then stops the process as Ctrl-Z does; returns when it continues.
  ///
  /// Work takes longer only where a commit waits for its turn behind another process that hangs.
  public static func stopProcess() {
    var limit = timespec()
    clock_gettime(CLOCK_REALTIME, &limit)
    limit.tv_sec += 2
    let hasLock = pthread_rwlock_timedwrlock(lock, &limit) == 0
    // To this thread, which then stops before the call returns: another thread could take a signal to the process
    // while this one already opens the gate.
    pthread_kill(pthread_self(), SIGSTOP)
    if hasLock { pthread_rwlock_unlock(lock) }
  }

  /// Ends waits for other processes' commits, now and later, with an error: for a process that is asked to end.
  public static func endWaits() { TurnFile.endWaits() }

  /// Uses a database; calls must not be nested.
  static func pass<Value: ~Copyable>(_ work: () throws -> Value) rethrows -> Value {
    pthread_rwlock_rdlock(lock)
    defer { pthread_rwlock_unlock(lock) }
    return try work()
  }

  /// Closes the connections of the owner.
  static func close<Owner: ~Copyable>(_ owner: consuming Owner) {
    pthread_rwlock_rdlock(lock)
    defer { pthread_rwlock_unlock(lock) }
    _ = consume owner
  }
}
