import CLinux
import ChildProcesses
import Glibc
import Synchronization
import Threads

/// One thread that inspects all running jobs of this process twenty times a second, and sleeps while there is none.
final class Watchdog: Sendable {
  private static let instance = Mutex<Watchdog?>(nil)
  private static let interval = Duration.milliseconds(50)
  private let jobs = Mutex<[WatchedJob]>([])
  private let bell: Int32

  /// The watchdog, started on first use.
  static func shared() throws(SandboxError) -> Watchdog {
    let result: Result<Watchdog, SandboxError> = instance.withLock { instance in
      if let instance { return .success(instance) }
      do throws(SandboxError) {
        let watchdog = try Watchdog()
        instance = watchdog
        return .success(watchdog)
      } catch { return .failure(error) }
    }
    return try result.get()
  }

  private init() throws(SandboxError) {
    let bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard bell >= 0 else { throw .system(call: "eventfd", code: errno) }
    self.bell = bell
    let code = OwnThread.start("job-watch") { [self] in run() }
    guard code == 0 else {
      close(bell)
      throw .system(call: "pthread_create", code: code)
    }
  }

  /// Watches a job from now on, which also allows it to start.
  func add(_ job: WatchedJob, _ child: RunningChild) {
    job.state.withLock { state in
      state.child = child
      state.launched = .now
    }
    jobs.withLock { $0.append(job) }
    var one: UInt64 = 1
    _ = retryingInterrupts { write(bell, &one, 8) }
  }

  func remove(_ job: WatchedJob) { jobs.withLock { $0.removeAll { $0 === job } } }

  private func run() {
    var nextLook = ContinuousClock.now
    while true {
      let watched = jobs.withLock { $0 }
      let starting = watched.filter { job in job.state.withLock { !$0.isReadyClosed } }
      var waiting = ([bell] + starting.map(\.ready)).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let patience = ContinuousClock.now.duration(to: nextLook)
      let milliseconds = Int32(clamping: patience.components.attoseconds / 1_000_000_000_000_000 + 1)
      _ = poll(&waiting, nfds_t(waiting.count), watched.isEmpty ? -1 : patience > .zero ? milliseconds : 0)
      if waiting[0].revents != 0 {
        var count: UInt64 = 0
        _ = retryingInterrupts { read(bell, &count, 8) }
      }
      for (job, state) in zip(starting, waiting.dropFirst()) where state.revents != 0 { job.answerInit() }
      let now = ContinuousClock.now
      guard now >= nextLook, !watched.isEmpty else { continue }
      let table = ProcessTable.read()
      for job in watched { job.look(table, now: now) }
      nextLook = .now + Self.interval
    }
  }
}
