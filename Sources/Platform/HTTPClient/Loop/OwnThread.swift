internal import CLinux
internal import Glibc

/// A thread of its own, for what would block Swift's cooperative pool.
enum OwnThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a detached thread that takes no signals: a write to a closed connection is an error there, and no SIGPIPE.
  /// - Returns: 0, or the error number of `pthread_create`.
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

  private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
    return nil
  }
}
