internal import Glibc

/// Stops the process only between commits.
///
/// A process that is stopped in the middle of a commit keeps SQLite's lock, and every other process that writes to
/// the file waits until it continues.
public enum CommitGate {
  // Commits of several databases share the lock; the one who stops the process has it alone, and comes before commits
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

  /// Waits up to two seconds for commits in progress, then stops the process as Ctrl-Z does; returns when it continues.
  ///
  /// It takes longer only where a commit waits for its turn behind another process that hangs.
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

  static func pass<Value>(_ commit: () throws -> Value) rethrows -> Value {
    pthread_rwlock_rdlock(lock)
    defer { pthread_rwlock_unlock(lock) }
    return try commit()
  }
}
