internal import CLinux
internal import Glibc

/// A named thread outside Swift's cooperative pool.
enum OwnThread {
  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    guard let argument else { return nil }
    Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
    return nil
  }

  /// Starts a thread; its name holds at most 15 bytes.
  static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let work = Work {
      clinux_name_thread(name)
      body()
    }
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, run, Unmanaged.passRetained(work).toOpaque())
    precondition(code == 0, "no thread can be started: \(code)")
    pthread_detach(thread)
  }
}
