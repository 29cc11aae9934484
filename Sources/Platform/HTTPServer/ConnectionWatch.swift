internal import CLinux
internal import Glibc
internal import Synchronization
internal import Threads

/// A thread that detects what libmicrohttpd does not: clients that hang up while their connection is suspended, and
/// heads, bodies and handlers that take too long. It also keeps reading for a moment from connections that the server
/// has closed: closing a socket with unread bytes would discard the response that is being sent.
final class ConnectionWatch: Sendable {
  private struct State {
    var connections: [UInt64: ServedConnection] = [:]
    /// Descriptors of closed connections that are still read from, with the time to stop.
    var lingering: [Int32: ContinuousClock.Instant] = [:]
    var isStopped = false
  }

  private let limits: HTTPServerLimits
  private let poller: Int32
  private let bell: Int32
  private let state = Lock(State())
  /// Above this number closed connections are closed at once.
  private static let maximumLingering = 256
  /// Tokens of descriptors that linger have this bit; connections are numbered below it. The bell has number 0.
  private static let lingers: UInt64 = 1 << 63

  init(_ limits: HTTPServerLimits) throws(HTTPServerError) {
    self.limits = limits
    poller = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard poller >= 0 else { throw .system(call: "epoll_create1", code: errno) }
    bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard bell >= 0 else {
      let code = errno
      close(poller)
      throw .system(call: "eventfd", code: code)
    }
    let code = OwnThread.start("http-watch") { [self] in run() }
    guard code == 0 else {
      close(poller)
      close(bell)
      throw .system(call: "pthread_create", code: code)
    }
  }

  /// All that are open.
  var connections: [ServedConnection] { state.withLock { Array($0.connections.values) } }
  /// How many are open.
  var count: Int { state.withLock { $0.connections.count } }

  func add(_ connection: ServedConnection) {
    let isFirst = state.withLock { state in
      state.connections[connection.number] = connection
      return state.connections.count == 1
    }
    watch(connection.descriptor, EPOLLRDHUP.rawValue | EPOLLET.rawValue, token: connection.number)
    if isFirst { ring() }  // it may wait without a limit
  }

  func remove(_ connection: ServedConnection) {
    state.withLock { _ = $0.connections.removeValue(forKey: connection.number) }
    epoll_ctl(poller, EPOLL_CTL_DEL, connection.descriptor, nil)
  }

  /// Shuts the sending side down and keeps reading from the connection for a moment. The caller closes its descriptor.
  func linger(_ descriptor: Int32) {
    let copy = clinux_duplicate_above(descriptor, 0)
    guard copy >= 0 else { return }
    shutdown(descriptor, Int32(SHUT_WR))
    let end = ContinuousClock.now + limits.linger
    let isTaken = state.withLock { state in
      if state.isStopped || state.lingering.count >= Self.maximumLingering { return false }
      state.lingering[copy] = end
      return true
    }
    guard isTaken else {
      close(copy)
      return
    }
    watch(copy, EPOLLIN.rawValue, token: Self.lingers | UInt64(copy))
    ring()
  }

  /// Ends the thread. No connection may be open any more.
  func stop() {
    state.withLock { $0.isStopped = true }
    ring()
  }

  private func watch(_ descriptor: Int32, _ events: UInt32, token: UInt64) {
    var event = epoll_event()
    event.events = events
    event.data.u64 = token
    // It fails only if memory is short; the time limits still hold then.
    epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event)
  }

  private func ring() {
    var one: UInt64 = 1
    _ = write(bell, &one, 8)
  }

  private func run() {
    watch(bell, EPOLLIN.rawValue, token: 0)
    var events = [epoll_event](repeating: epoll_event(), count: 256)
    var next: ContinuousClock.Instant?
    while !state.withLock({ $0.isStopped }) {
      let count = epoll_wait(poller, &events, Int32(events.count), milliseconds(until: next))
      var isRung = false
      for event in events.prefix(Int(max(0, count))) {
        isReady(event.data.u64)
        if event.data.u64 == 0 { isRung = true }
      }
      // All connections are checked when one may be late, not whenever one hangs up.
      let now = ContinuousClock.now
      if isRung || next.map({ $0 <= now }) ?? true { next = enforceLimits(now) }
    }
    for descriptor in state.withLock({ Array($0.lingering.keys) }) { close(descriptor) }
    close(bell)
    close(poller)
  }

  private func isReady(_ token: UInt64) {
    if token == 0 {
      var count: UInt64 = 0
      _ = read(bell, &count, 8)
    } else if token >= Self.lingers {
      discard(Int32(token & ~Self.lingers))
    } else if let connection = state.withLock({ $0.connections[token] }) {
      let exchange = connection.state.withLock { state in
        state.hungUp = true
        return state.current
      }
      exchange?.abort()
    }
  }

  private func discard(_ descriptor: Int32) {
    let isOver = withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer in
      for _ in 0..<16 {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        if count <= 0 { return count == 0 || (errno != EAGAIN && errno != EINTR) }
      }
      return false
    }
    if isOver { endLinger(descriptor) }
  }

  private func endLinger(_ descriptor: Int32) {
    guard state.withLock({ $0.lingering.removeValue(forKey: descriptor) }) != nil else { return }
    // The library may still have the socket open under its own number: closing this one would not end its events, and
    // the next connection may get the number.
    epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, nil)
    close(descriptor)
  }

  /// Ends late connections. Returns when to check again at the latest; nil if there is nothing to watch.
  private func enforceLimits(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    let (connections, lingering) = state.withLock { ($0.connections, $0.lingering) }
    for (descriptor, end) in lingering where end <= now { endLinger(descriptor) }
    // Whatever is waited for from now on has at least this long.
    var next = now + [limits.head, limits.body, limits.handler, limits.idle].reduce(.seconds(3600), min)
    for end in lingering.values where end > now { next = min(next, end) }
    for connection in connections.values {
      guard let deadline = connection.deadline(limits) else { continue }
      if deadline.at > now { next = min(next, deadline.at) } else { expire(connection, deadline.phase) }
    }
    return connections.isEmpty && lingering.isEmpty ? nil : next
  }

  private func expire(_ connection: ServedConnection, _ phase: ServedConnection.Phase) {
    let exchange = connection.state.withLock { state -> Exchange? in
      guard state.phase == phase, !state.isClosed else { return nil }
      if phase == .handler {
        state.phase = .response
      } else {
        state.isExpired = true
        // The library sees the end of the connection, and closes it.
        shutdown(connection.descriptor, Int32(SHUT_RDWR))
      }
      return state.current
    }
    if phase == .handler { exchange?.timeOut() } else { exchange?.abort() }
  }
}

/// For `epoll_wait`: -1 without an end, rounded up so that the end has passed when it wakes.
private func milliseconds(until end: ContinuousClock.Instant?) -> Int32 {
  guard let end else { return -1 }
  let (seconds, attoseconds) = ContinuousClock.now.duration(to: end).components
  if seconds < 0 || attoseconds < 0 { return 0 }
  return Int32(clamping: min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
}
