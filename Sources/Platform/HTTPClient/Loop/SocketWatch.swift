internal import CCurl
internal import CLinux
internal import Glibc

/// The descriptors that a loop waits for, and a bell that ends the waiting.
final class SocketWatch: @unchecked Sendable {
  private let poller: Int32
  private let bell: Int32
  private var events = [epoll_event](repeating: epoll_event(), count: 256)

  /// Nil if the system has no descriptor left.
  init?() {
    poller = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard poller >= 0 else { return nil }
    bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard bell >= 0 else {
      _ = Glibc.close(poller)
      return nil
    }
    control(EPOLL_CTL_ADD, bell, EPOLLIN.rawValue)
  }

  /// Ends the waiting, now or next time. From any thread, and not after `close`.
  func ring() { eventfd_write(bell, 1) }

  /// Watches a socket for what libcurl waits for.
  func watch(_ socket: Int32, _ what: Int32, isKnown: Bool) {
    guard what != CURL_POLL_REMOVE else {
      epoll_ctl(poller, EPOLL_CTL_DEL, socket, nil)
      return
    }
    var wanted: UInt32 = 0
    if what & CURL_POLL_IN != 0 { wanted |= EPOLLIN.rawValue }
    if what & CURL_POLL_OUT != 0 { wanted |= EPOLLOUT.rawValue }
    let first = isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD
    // A number that was closed and reused may be registered or not, against expectation.
    if !control(first, socket, wanted) { control(isKnown ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, wanted) }
  }

  /// Waits, and hands over each socket that something has happened to.
  func wait(until time: ContinuousClock.Instant?, _ body: (Int32, Int32) -> Void) {
    let count = epoll_wait(poller, &events, Int32(events.count), Self.milliseconds(until: time))
    for event in events.prefix(Int(max(0, count))) {
      let socket = Int32(truncatingIfNeeded: event.data.u64)
      if socket == bell {
        var rings: eventfd_t = 0
        eventfd_read(bell, &rings)
        continue
      }
      var found: Int32 = 0
      if event.events & EPOLLIN.rawValue != 0 { found |= CURL_CSELECT_IN }
      if event.events & EPOLLOUT.rawValue != 0 { found |= CURL_CSELECT_OUT }
      if event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { found |= CURL_CSELECT_ERR }
      body(socket, found)
    }
  }

  func close() {
    _ = Glibc.close(poller)
    _ = Glibc.close(bell)
  }

  @discardableResult
  private func control(_ operation: Int32, _ socket: Int32, _ wanted: UInt32) -> Bool {
    var event = epoll_event()
    event.events = wanted
    event.data.u64 = UInt64(socket)
    return epoll_ctl(poller, operation, socket, &event) == 0
  }

  /// -1 without a time; rounded up, so that the time has passed when it wakes.
  private static func milliseconds(until time: ContinuousClock.Instant?) -> Int32 {
    guard let time else { return -1 }
    let (seconds, attoseconds) = ContinuousClock.now.duration(to: time).components
    if seconds < 0 || attoseconds < 0 { return 0 }
    return Int32(clamping: min(seconds, 1_000_000) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
