internal import Synchronization
internal import Threads

/// A connection, from its acceptance to its end. Owned by libmicrohttpd's socket context; the watch finds it by number.
final class ServedConnection: Sendable {
  /// What is waited for, and so which limit holds.
  enum Phase {
    case head, body, handler, idle
    /// The response goes out; the library watches over that.
    case response
  }
  struct State {
    var phase = Phase.head
    var since = ContinuousClock.now
    var isClosed = false
    var hungUp = false
    /// The watch ended it, for a limit was passed.
    var isExpired = false
    /// A request is what comes next, as far as this side has a say.
    var awaitsRequest = true
    /// Segments that were sent before that.
    var sentBefore: Int64 = 0
    var current: Exchange?
  }

  let number: UInt64
  let descriptor: Int32
  let state = Lock(State())

  init(number: UInt64, descriptor: Int32) {
    self.number = number
    self.descriptor = descriptor
  }

  /// The limit for what is being waited for starts now.
  func enter(_ phase: Phase) {
    let now = ContinuousClock.now
    state.withLock { state in
      state.phase = phase
      state.since = now
    }
  }

  /// When what is waited for is late; nil where the library watches, or nothing is waited for.
  func deadline(_ limits: HTTPServerLimits) -> (at: ContinuousClock.Instant, phase: Phase)? {
    state.withLock { state in
      let limit: Duration
      switch state.phase {
      case .head: limit = limits.head
      case .body: limit = limits.body
      case .handler: limit = limits.handler
      case .idle: limit = limits.idle
      case .response: return nil
      }
      return state.isClosed || state.isExpired ? nil : (state.since + limit, state.phase)
    }
  }
}
