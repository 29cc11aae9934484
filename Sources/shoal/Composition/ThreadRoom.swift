import Glibc
import Threads

/// The threads that this process may start (`ulimit -u`, and the limit of a container).
enum ThreadRoom {
  /// What the pool, the stores and a worker's helpers need beside the pool's thread for each core.
  private static let least = 12

  /// Tries them out, because nothing tells how many are in use elsewhere: the pool waits for ever for a thread that it
  /// does not get. Called before the pool has its first.
  /// - Returns: what is wrong; nil if there is room.
  static func problem() -> String? {
    let wanted = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) + least
    let gate = Gate()
    var code: Int32 = 0
    var started = 0
    while started < wanted, code == 0 {
      code = OwnThread.start("room") { gate.pass() }
      if code == 0 { started += 1 }
    }
    gate.open(for: started)
    guard code != 0 else { return nil }
    return "This user or container may have no more than \(started) further threads, and Shoal needs \(wanted). "
      + "End other processes of this user, or raise the limit: `ulimit -u unlimited`."
  }

  /// Holds threads up until it is opened.
  private final class Gate: @unchecked Sendable {
    private let waiting = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    private let passed = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
      sem_init(waiting, 0, 0)
      sem_init(passed, 0, 0)
    }

    deinit {
      sem_destroy(waiting)
      sem_destroy(passed)
      waiting.deallocate()
      passed.deallocate()
    }

    func pass() {
      while sem_wait(waiting) != 0 {}
      sem_post(passed)
    }

    func open(for count: Int) {
      for _ in 0..<count { sem_post(waiting) }
      for _ in 0..<count { while sem_wait(passed) != 0 {} }
    }
  }
}
