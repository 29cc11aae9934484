internal import CLinux
internal import Glibc

/// Threads for what would block the cooperative pool.
enum OwnThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a detached thread that takes no signals. Returns 0, or the error number of `pthread_create`.
  static func start(_ name: StaticString, _ body: @escaping @Sendable () -> Void) -> Int32 {
    let retained = Unmanaged.passRetained(
      Body {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)
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

  /// Runs a blocking piece of work on a thread of its own and waits for it without blocking.
  static func run(_ name: StaticString, _ work: @escaping @Sendable () -> Void) async {
    await withCheckedContinuation { (caller: CheckedContinuation<Void, Never>) in
      let code = start(name) {
        work()
        caller.resume()
      }
      // Where no more threads can be had, to block is still better than to leave it undone.
      if code != 0 {
        work()
        caller.resume()
      }
    }
  }

  private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
    return nil
  }
}
