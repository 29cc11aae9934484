internal import CLinux
internal import Glibc

/// Named threads outside Swift's cooperative pool, for what blocks.
enum OwnThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a detached thread that takes no signals; the name holds at most 15 bytes.
  static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let work = Unmanaged.passRetained(
      Body {
        clinux_name_thread(name)
        body()
      })
    var blocked = sigset_t()
    var before = sigset_t()
    sigfillset(&blocked)
    pthread_sigmask(SIG_SETMASK, &blocked, &before)
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, runBody, work.toOpaque())
    pthread_sigmask(SIG_SETMASK, &before, nil)
    precondition(code == 0, "no thread can be started: \(code)")
    pthread_detach(thread)
  }

  private static let runBody: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    guard let argument else { return nil }
    Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
    return nil
  }

  /// Runs a blocking body on a thread of its own and waits without blocking; not cut short by cancellation.
  static func run<Value: Sendable>(_ name: String, _ body: @escaping @Sendable () throws(KafkaError) -> Value)
    async
    throws(KafkaError) -> Value
  {
    let result: Result<Value, KafkaError> = await withCheckedContinuation { caller in
      start(name) {
        let result: Result<Value, KafkaError>
        do throws(KafkaError) { result = .success(try body()) } catch { result = .failure(error) }
        caller.resume(returning: result)
      }
    }
    return try result.get()
  }
}
