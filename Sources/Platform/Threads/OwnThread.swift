internal import CLinux
internal import Glibc

/// Detached threads outside Swift's cooperative pool, for calls that block.
///
/// They take no signals: the main thread waits for those, and a write to a closed connection fails with EPIPE. A name
/// holds at most 15 bytes.
public enum OwnThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread.
  /// - Returns: 0, or the error number of `pthread_create`; then the body does not run.
  public static func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> Int32 {
    let retained = Unmanaged.passRetained(
      Body {
        clinux_name_thread(name)
        body()
      })
    var blocked = sigset_t()
    var before = sigset_t()
    sigfillset(&blocked)
    pthread_sigmask(SIG_SETMASK, &blocked, &before)
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, entry, retained.toOpaque())
    pthread_sigmask(SIG_SETMASK, &before, nil)
    if code == 0 { pthread_detach(thread) } else { retained.release() }
    return code
  }

  /// Starts a thread that the process can't work without. A process that can't have it says so and ends with 1.
  public static func require(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let code = start(name, body)
    if code == 0 { return }
    let sentence = Array(
      ("The system refuses the thread \(name) (\(String(cString: strerror(code)))): raise the limits of processes and "
        + "of memory (`ulimit -u`, `ulimit -v`).\n").utf8)
    _ = write(STDERR_FILENO, sentence, sentence.count)
    // Other threads are at work: nothing of theirs is run down.
    _exit(1)
  }

  /// Runs blocking work on a thread of its own and waits without blocking. Cancellation does not reach the work, which
  /// must limit its own time.
  public static func run<Value: Sendable, Failure: Error>(
    _ name: String, _ work: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    @Sendable func result() -> Result<Value, Failure> {
      do throws(Failure) { return .success(try work()) } catch { return .failure(error) }
    }
    let answer: Result<Value, Failure> = await withCheckedContinuation { caller in
      let code = start(name) { caller.resume(returning: result()) }
      // Without a free thread, blocking this one is better than leaving bookkeeping undone.
      if code != 0 { caller.resume(returning: result()) }
    }
    return try answer.get()
  }

  private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
    return nil
  }
}
