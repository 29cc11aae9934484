/// The state of a transfer on the loop's thread.
struct LoopSide {
  enum Phase: Equatable {
    /// Waits for its turn at the host.
    case queued(ticket: Int)
    case connecting
    /// The request is on its way, or the answer's head is waited for.
    case sent
    case answering
  }

  private let limits: OutgoingRequest.Limits
  let began = ContinuousClock.now
  private(set) var phase = Phase.connecting
  private(set) var lastSign = ContinuousClock.now
  var head: HeadParser
  var easy: EasyHandle?
  /// The reader does not want more now.
  var isReceivingHeldBack = false
  /// The body's source has no more now.
  var isSendingHeldBack = false
  /// Why a callback has ended the transfer.
  var refusal: (reason: HTTPClientError.Reason, detail: String)?
  /// Whether a byte of it may have reached the server.
  private(set) var wasSent = false

  init(_ limits: OutgoingRequest.Limits) {
    self.limits = limits
    head = HeadParser(mostBytes: limits.headBytes)
  }

  mutating func isNow(_ phase: Phase) {
    self.phase = phase
    lastSign = .now
    if phase == .sent { wasSent = true }
  }

  /// Records that a byte was sent or received, or may be again.
  mutating func giveSign() { lastSign = .now }

  /// The first of the limits that will be passed if nothing happens.
  var deadline: (at: ContinuousClock.Instant, limit: HTTPClientError.Limit)? {
    let whole = limits.whole.map { (at: began + $0, limit: HTTPClientError.Limit.whole) }
    let phase: (at: ContinuousClock.Instant, limit: HTTPClientError.Limit)? =
      switch self.phase {
      case .queued: nil
      case .connecting: (lastSign + limits.connect, .connect)
      case .sent: isSendingHeldBack ? nil : (lastSign + limits.firstByte, .firstByte)
      case .answering: isReceivingHeldBack ? nil : (lastSign + limits.silence, .silence)
      }
    guard let whole, let phase else { return whole ?? phase }
    return whole.at < phase.at ? whole : phase
  }
}
