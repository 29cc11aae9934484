#if TSAN_LOCKS
  internal import Glibc

  /// Stands in for `Synchronization.Mutex`, which ThreadSanitizer does not see.
  public final class Lock<Value: ~Copyable>: @unchecked Sendable {
    private var value: Value
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    public init(_ value: consuming sending Value) {
      self.value = value
      pthread_mutex_init(mutex, nil)
    }

    deinit {
      pthread_mutex_destroy(mutex)
      mutex.deallocate()
    }

    /// Runs the body with the lock held; throws what the body throws.
    public func withLock<Result: ~Copyable>(_ body: (inout Value) throws -> Result) rethrows -> Result {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return try body(&value)
    }
  }
#else
  public import Synchronization

  /// A value behind a lock. Under ThreadSanitizer, with `TSAN_LOCKS`, it is a lock of pthread's.
  public typealias Lock<Value: ~Copyable> = Mutex<Value>
#endif
