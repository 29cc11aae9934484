import CLinux
import Glibc
import Synchronization
import Threads

/// The one thread that starts, feeds, reads, limits and reaps all children.
///
/// It must never end: Linux sends a parent-death signal (which bubblewrap's `--die-with-parent` asks for) when the
/// *thread* that started the child ends, so a child started from a pool's thread could die at any time.
final class ChildLoop: Sendable {
  /// A child to start.
  struct Start: Sendable {
    var handle: RunningChild
    var command: ChildCommand
    var started: (@Sendable (RunningChild) -> Void)?
    var ended: @Sendable (Result<ChildReport, ChildProcessError>) -> Void
  }
  enum Request {
    case start(Start)
    case stop(RunningChild)
  }

  private static let instance = Lock<ChildLoop?>(nil)
  private let inbox = Lock<[Request]>([])
  private let poller: Int32
  private let bell: Int32

  /// The loop, started on first use.
  static func shared() throws(ChildProcessError) -> ChildLoop {
    let result: Result<ChildLoop, ChildProcessError> = instance.withLock { instance in
      if let instance { return .success(instance) }
      do throws(ChildProcessError) {
        let loop = try ChildLoop()
        instance = loop
        return .success(loop)
      } catch { return .failure(error) }
    }
    return try result.get()
  }

  private init() throws(ChildProcessError) {
    let poller = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard poller >= 0 else { throw .system(call: "epoll_create1", code: errno) }
    let bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard bell >= 0 else {
      let code = errno
      close(poller)
      throw .system(call: "eventfd", code: code)
    }
    self.poller = poller
    self.bell = bell
    let code = OwnThread.start("children") { [self] in run() }
    guard code == 0 else {
      close(poller)
      close(bell)
      throw .system(call: "pthread_create", code: code)
    }
  }

  /// Hands something to the thread.
  func post(_ request: Request) {
    inbox.withLock { $0.append(request) }
    var one: UInt64 = 1
    _ = retryingInterrupts { write(bell, &one, 8) }
  }

  private func run() {
    _ = watch(bell, EPOLLIN.rawValue, token: 0)
    var children: [UInt64: WatchedChild] = [:]
    var lastNumber: UInt64 = 0
    var events = [epoll_event](repeating: epoll_event(), count: 64)
    while true {
      let now = ContinuousClock.now
      let deadline = children.values.compactMap(\.deadline).min()
      let count = epoll_wait(poller, &events, Int32(events.count), milliseconds(from: now, to: deadline))
      for event in events.prefix(Int(max(0, count))) {
        let token = event.data.u64
        if token == 0 { ringOut() } else { children[token >> 2]?.isReady(token & 3) }
      }
      for request in inbox.withLock({ exchange(&$0, []) }) {
        switch request {
        case .start(let start):
          lastNumber += 1
          children[lastNumber] = begin(lastNumber, start)
        case .stop(let handle):
          children.values.first { $0.handle === handle }?.stop(at: .now)
        }
      }
      let after = ContinuousClock.now
      for (number, child) in children where child.isDone(at: after) { children[number] = nil }
    }
  }

  private func begin(_ number: UInt64, _ start: Start) -> WatchedChild? {
    guard start.handle.stopReason == nil else {
      start.ended(.failure(.cancelled))
      return nil
    }
    do throws(ChildProcessError) {
      let spawned = try spawn(start.command)
      start.handle.isRunning(as: spawned.processID)
      let child = WatchedChild(start.handle, start.command, spawned, start.ended)
      child.watch { descriptor, events, kind in watch(descriptor, events, token: number << 2 | kind) }
      start.started?(start.handle)
      if start.handle.stopReason != nil { child.stop(at: .now) }
      return child
    } catch {
      start.ended(.failure(error))
      return nil
    }
  }

  private func watch(_ descriptor: Int32, _ events: UInt32, token: UInt64) -> Bool {
    var event = epoll_event()
    event.events = events
    event.data.u64 = token
    return epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) == 0
  }

  private func ringOut() {
    var count: UInt64 = 0
    _ = retryingInterrupts { read(bell, &count, 8) }
  }
}

/// Stores a new value and returns the old one.
private func exchange<Value>(_ place: inout Value, _ new: Value) -> Value {
  let old = place
  place = new
  return old
}

/// For `epoll_wait`: -1 without a deadline, rounded up so that a deadline has passed when it wakes.
private func milliseconds(from now: ContinuousClock.Instant, to deadline: ContinuousClock.Instant?) -> Int32 {
  guard let deadline else { return -1 }
  let (seconds, attoseconds) = now.duration(to: deadline).components
  if seconds < 0 || attoseconds < 0 { return 0 }
  return Int32(clamping: min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
}
