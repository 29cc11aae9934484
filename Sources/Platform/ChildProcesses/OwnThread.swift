import CLinux
import Glibc

/// Threads for what would block the cooperative pool.
package enum OwnThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a detached thread that takes no signals. Returns 0, or the error number of `pthread_create`.
  package static func start(_ name: StaticString, _ body: @escaping @Sendable () -> Void) -> Int32 {
    let retained = Unmanaged.passRetained(
      Body {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)  // also turns SIGPIPE of a write into EPIPE
        name.withUTF8Buffer { text in
          text.withMemoryRebound(to: CChar.self) { clinux_name_thread($0.baseAddress) }
        }
        body()
      })
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, entry, retained.toOpaque())
    if code == 0 { pthread_detach(thread) } else { retained.release() }
    return code
  }

  /// Runs a blocking piece of work on a thread of its own and waits for it without blocking. Cancellation does not
  /// reach it; the work must bound itself.
  package static func run<Value: Sendable, Failure: Error>(
    _ name: StaticString, _ work: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    @Sendable func result() -> Result<Value, Failure> {
      do throws(Failure) { return .success(try work()) } catch { return .failure(error) }
    }
    let answer: Result<Value, Failure> = await withCheckedContinuation { caller in
      let code = start(name) { caller.resume(returning: result()) }
      // Where no more threads can be had, to block is still better than to fail: bookkeeping must go on.
      if code != 0 { caller.resume(returning: result()) }
    }
    return try answer.get()
  }

  private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
    return nil
  }
}
