internal import Synchronization
internal import Threads

/// A connection, from its acceptance to its end. Owned by libmicrohttpd's socket context; the watch finds it by number.
final class ServedConnection: Sendable {
  /// The event that is awaited, which selects the limit.
  enum Phase {
    case head, body, handler, idle
    /// The response is being sent; the library watches its time.
    case response
  }
  struct State {
    var phase = Phase.head
    var since = ContinuousClock.now
    var isClosed = false
    var hungUp = false
    /// The watch ended it, for a limit was passed.
    var isExpired = false
    /// Whether the next event must be a request, as far as this side knows.
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

  /// Starts the limit for the next event.
  func enter(_ phase: Phase) {
    let now = ContinuousClock.now
    state.withLock { state in
      state.phase = phase
      state.since = now
    }
  }

  /// When the awaited event is late; nil if the library watches, or none is awaited.
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
