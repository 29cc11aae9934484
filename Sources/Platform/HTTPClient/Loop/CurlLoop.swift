internal import CCurl
internal import CLinux
internal import Glibc
internal import Synchronization
internal import Threads

/// The one thread that moves all transfers of a client: libcurl's multi interface over epoll.
final class CurlLoop: @unchecked Sendable {
  private enum Order {
    case begin(Transfer)
    case drop(Transfer)
    case resume(Transfer)
  }

  private struct Inbox {
    var orders: [Order] = []
    var transferCount = 0
    var isClosing = false
    var isEnded = false
    var closers: [@Sendable () -> Void] = []
  }

  private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
  /// The interval at which time limits are checked.
  private static let watchInterval = Duration.milliseconds(100)

  private let settings: HTTPClient.Settings
  private let inbox = Lock(Inbox())
  private let sockets: SocketWatch
  // The thread's own from here on.
  private let multi: UnsafeMutableRawPointer
  private var timer: ContinuousClock.Instant?
  private var transfers: [ObjectIdentifier: Transfer] = [:]
  private var gates: HostGates<Transfer>
  private var spare: [EasyHandle] = []

  init(_ settings: HTTPClient.Settings) throws(HTTPClientError) {
    precondition(Self.isLibraryReady, "libcurl can't start")
    guard let multi = curl_multi_init() else { preconditionFailure("out of memory") }
    self.settings = settings
    self.multi = multi
    gates = HostGates(mostInside: settings.mostPerHost)
    guard let sockets = SocketWatch() else {
      curl_multi_cleanup(multi)
      throw Self.noRoom
    }
    self.sockets = sockets
    prepare()
    guard OwnThread.start("http-client", { [self] in run() }) == 0 else {
      curl_multi_cleanup(multi)
      throw Self.noRoom
    }
  }

  private static let noRoom = HTTPClientError(
    .overloaded, target: "An HTTP client", detail: "no descriptor or thread is left", mayHaveArrived: false)

  private func prepare() {
    let context = Unmanaged.passUnretained(self).toOpaque()  // the thread keeps the loop alive
    var codes = [
      ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, 2),  // CURLPIPE_MULTIPLEX
      ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.mostPerHost),
      ccurl_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, settings.mostStreamsPerConnection),
      ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, settings.mostIdleConnections),
    ]
    codes += [
      ccurl_multi_set_socket_callback(multi, socketCallback),
      ccurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context),
      ccurl_multi_set_timer_callback(multi, timerCallback),
      ccurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context),
    ]
    precondition(codes.allSatisfy { $0 == CURLM_OK }, "libcurl refuses a setting")
  }

  // MARK: - From any thread

  /// Takes a transfer in.
  /// - Throws: `HTTPClientError` of reason `closed` or `overloaded`; the request was not accepted then.
  func begin(_ transfer: Transfer) throws(HTTPClientError) {
    let refusal: HTTPClientError.Reason? = inbox.withLock { inbox in
      if inbox.isClosing { return .closed }
      if inbox.transferCount >= settings.mostRequests { return .overloaded }
      inbox.transferCount += 1
      post(.begin(transfer), &inbox)
      return nil
    }
    if let refusal { throw transfer.request.failure(refusal) }
    transfer.startUpload()
  }

  /// Drops a transfer whose waiters have been resumed.
  func drop(_ transfer: Transfer) { inbox.withLock { post(.drop(transfer), &$0) } }

  /// Resumes a transfer that was held back.
  func resume(_ transfer: Transfer) { inbox.withLock { post(.resume(transfer), &$0) } }

  /// Ends all transfers and the thread, then calls back.
  func close(then closer: (@Sendable () -> Void)?) {
    let isEnded = inbox.withLock { inbox in
      if inbox.isEnded { return true }
      inbox.isClosing = true
      if let closer { inbox.closers.append(closer) }
      sockets.ring()
      return false
    }
    if isEnded { closer?() }
  }

  private func post(_ order: Order, _ inbox: inout Inbox) {
    guard !inbox.isEnded else { return }
    inbox.orders.append(order)
    if inbox.orders.count == 1 { sockets.ring() }
  }

  // MARK: - On the thread

  private func run() {
    var nextWatch = ContinuousClock.now
    while carryOutOrders() {
      let earliest = [timer, transfers.isEmpty ? nil : nextWatch].compactMap { $0 }.min()
      sockets.wait(until: earliest) { socket, events in
        var running: Int32 = 0
        curl_multi_socket_action(multi, socket, events, &running)
      }
      let now = ContinuousClock.now
      if let timer, timer <= now {
        self.timer = nil
        var running: Int32 = 0
        curl_multi_socket_action(multi, CURL_SOCKET_BAD, 0, &running)  // CURL_SOCKET_TIMEOUT
      }
      takeEnded()
      if now >= nextWatch {
        endLate(now)
        nextWatch = now + Self.watchInterval
      }
    }
    endAll()
  }

  /// - Returns: false if the loop is to end.
  private func carryOutOrders() -> Bool {
    let (orders, isClosing) = inbox.withLock { inbox in
      defer { inbox.orders = [] }
      return (inbox.orders, inbox.isClosing)
    }
    for order in orders {
      switch order {
      case .begin(let transfer):
        transfers[ObjectIdentifier(transfer)] = transfer
        if let ticket = gates.enter(transfer.target.host, transfer) {
          transfer.own.isNow(.queued(ticket: ticket))
        } else {
          start(transfer)
        }
      case .drop(let transfer): release(transfer)
      case .resume(let transfer):
        guard let easy = transfer.own.easy else { continue }
        (transfer.own.isReceivingHeldBack, transfer.own.isSendingHeldBack) = (false, false)
        transfer.own.giveSign()
        curl_easy_pause(easy.pointer, CURLPAUSE_CONT)
      }
    }
    takeEnded()
    return !isClosing
  }

  private func start(_ transfer: Transfer) {
    guard !transfer.isOver else { return }  // its drop is on the way
    let easy = spare.popLast() ?? EasyHandle()
    transfer.own.isNow(.connecting)
    transfer.own.easy = easy
    do throws(EasyHandle.Refused) {
      try easy.prepare(transfer, settings)
    } catch {
      end(transfer, .invalidRequest, error.detail, isInMulti: false)
      return
    }
    let code = curl_multi_add_handle(multi, easy.pointer)
    precondition(code == CURLM_OK, "libcurl refuses a transfer")
  }

  /// Takes those out that libcurl is done with.
  private func takeEnded() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
      let code = message.pointee.data.result
      var context: UnsafeMutableRawPointer?
      guard ccurl_get_pointer(handle, CURLINFO_PRIVATE, &context) == CURLE_OK, let context else { continue }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      if code == CURLE_OK {
        release(transfer)
        transfer.finish(.success(()))
      } else if let refusal = transfer.own.refusal {
        end(transfer, refusal.reason, refusal.detail)
      } else {
        end(transfer, .init(code), transfer.own.easy?.explanation(of: code) ?? "")
      }
    }
    letIn()
  }

  /// Admits transfers that waited for a host that has been reached by now.
  private func letIn() {
    while let host = reachedHosts.popLast() { for next in gates.reached(host) { start(next) } }
  }

  private func endLate(_ now: ContinuousClock.Instant) {
    for transfer in Array(transfers.values) {
      if let deadline = transfer.own.deadline, deadline.at <= now { end(transfer, .timedOut(deadline.limit), "") }
    }
  }

  private func end(
    _ transfer: Transfer, _ reason: HTTPClientError.Reason, _ detail: String, isInMulti: Bool = true
  ) {
    let error = transfer.request.failure(reason, detail, mayHaveArrived: transfer.own.wasSent)
    release(transfer, isInMulti: isInMulti)
    transfer.finish(.failure(error))
  }

  private func release(_ transfer: Transfer, isInMulti: Bool = true) {
    guard transfers.removeValue(forKey: ObjectIdentifier(transfer)) != nil else { return }
    inbox.withLock { $0.transferCount -= 1 }
    if case .queued(let ticket) = transfer.own.phase {
      gates.giveUp(transfer.target.host, ticket: ticket)
      return
    }
    if let easy = transfer.own.easy {
      transfer.own.easy = nil
      if isInMulti { curl_multi_remove_handle(multi, easy.pointer) }
      easy.reset()
      if spare.count < 256 { spare.append(easy) }
    }
    for next in gates.leave(transfer.target.host) { start(next) }
  }

  private func endAll() {
    // Emptied first: waiting transfers must not be admitted now.
    for transfer in Array(transfers.values) {
      if case .queued = transfer.own.phase { end(transfer, .closed, "") }
    }
    for transfer in Array(transfers.values) { end(transfer, .closed, "") }
    spare = []
    curl_multi_cleanup(multi)
    let closers = inbox.withLock { inbox in
      inbox.isEnded = true
      // These arrived after the last round and were not begun.
      for case .begin(let transfer) in inbox.orders {
        transfer.finish(.failure(transfer.request.failure(.closed)))
      }
      inbox.orders = []
      sockets.close()
      return inbox.closers
    }
    for closer in closers { closer() }
  }

  /// Hosts that were connected to since the last round.
  private var reachedHosts: [String] = []

  func isReached(_ host: String) { reachedHosts.append(host) }

  fileprivate func watch(_ socket: Int32, _ what: Int32, isKnown: Bool) {
    sockets.watch(socket, what, isKnown: isKnown)
    // Any pointer will do: it is passed to the next callback for this socket.
    if !isKnown, what != CURL_POLL_REMOVE { curl_multi_assign(multi, socket, UnsafeMutableRawPointer(bitPattern: 1)) }
  }

  fileprivate func setTimer(milliseconds: Int) {
    timer = milliseconds < 0 ? nil : ContinuousClock.now + .milliseconds(milliseconds)
  }
}

private func loop(_ context: UnsafeMutableRawPointer?) -> CurlLoop {
  guard let context else { preconditionFailure("a callback without its loop") }
  return Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue()
}

private let socketCallback: curl_socket_callback = { _, socket, what, context, known in
  loop(context).watch(socket, what, isKnown: known != nil)
  return 0
}

private let timerCallback: curl_multi_timer_callback = { _, milliseconds, context in
  loop(context).setTimer(milliseconds: milliseconds)
  return 0
}
