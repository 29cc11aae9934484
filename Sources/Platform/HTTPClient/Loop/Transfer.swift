internal import CCurl
internal import Synchronization
internal import Threads

/// One request and its answer, shared by the caller's tasks and the loop's thread. `own` belongs to the thread alone.
final class Transfer: @unchecked Sendable {
  private struct Shared {
    var head: IncomingHead?
    var pieces: [[UInt8]] = []
    var byteCount = 0
    var isHeldBack = false
    var end: Result<Void, any Error>?
    var headWaiter: CheckedContinuation<IncomingHead, any Error>?
    var pieceWaiter: CheckedContinuation<[UInt8]?, any Error>?
  }

  /// The most bytes of a body that are read ahead.
  private static let mostReadAhead = 256 << 10

  let request: OutgoingRequest
  let target: Target
  let upload: Upload
  let loop: CurlLoop
  private let shared = Lock(Shared())
  /// Touched by the loop's thread only.
  var own: LoopSide

  init(_ request: OutgoingRequest, _ target: Target, _ loop: CurlLoop) {
    self.request = request
    self.target = target
    self.loop = loop
    upload = Upload(request.body)
    own = LoopSide(request.limits)
  }

  /// Waits for the head of the answer.
  func head() async throws -> IncomingHead {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        let answer: Result<IncomingHead, any Error>? = shared.withLock { shared in
          if let head = shared.head { return .success(head) }
          if case .failure(let error) = shared.end { return .failure(error) }
          shared.headWaiter = waiter
          return nil
        }
        if let answer { waiter.resume(with: answer) }
      }
    } onCancel: {
      cancel()
    }
  }

  /// The next piece of the body; nil at its end.
  func nextPiece() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        let (answer, isFreed) = shared.withLock { shared -> (Result<[UInt8]?, any Error>?, Bool) in
          let wasHeldBack = shared.isHeldBack
          if !shared.pieces.isEmpty {
            let pieces = shared.pieces
            (shared.pieces, shared.byteCount, shared.isHeldBack) = ([], 0, false)
            return (.success(Self.joined(pieces)), wasHeldBack)
          }
          if let end = shared.end { return (end.map { nil }, false) }
          precondition(shared.pieceWaiter == nil, "a body has one reader")
          shared.pieceWaiter = waiter
          shared.isHeldBack = false
          return (nil, wasHeldBack)
        }
        if isFreed { loop.resume(self) }
        if let answer { waiter.resume(with: answer) }
      }
    } onCancel: {
      cancel()
    }
  }

  private static func joined(_ pieces: [[UInt8]]) -> [UInt8] {
    if pieces.count == 1 { return pieces[0] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pieces.reduce(0) { $0 + $1.count })
    for piece in pieces { bytes += piece }
    return bytes
  }

  /// Ends it at once, whatever it is at.
  func cancel() { if finish(.failure(CancellationError()), keepingPieces: false) { loop.drop(self) } }

  /// Whether it has ended for waiting tasks.
  var isOver: Bool { shared.withLock { $0.end != nil } }

  /// Resumes its waiters with the end; only the first call counts.
  /// - Returns: whether this was the first time.
  @discardableResult
  func finish(_ end: Result<Void, any Error>, keepingPieces: Bool = true) -> Bool {
    let waiters = shared.withLock { shared -> (Shared, Bool) in
      let before = shared
      guard shared.end == nil else { return (before, false) }
      shared.end = end
      if !keepingPieces { (shared.pieces, shared.byteCount) = ([], 0) }
      (shared.headWaiter, shared.pieceWaiter) = (nil, nil)
      return (before, true)
    }
    guard waiters.1 else { return false }
    upload.end()
    waiters.0.pieceWaiter?.resume(with: end.map { nil })
    waiters.0.headWaiter?.resume(
      with: end.flatMap { .failure(request.failure(.protocolViolation, "no head", mayHaveArrived: true)) })
    return true
  }

  // MARK: - On the loop's thread

  func isGiven(_ head: IncomingHead) {
    let waiter = shared.withLock { shared in
      shared.head = head
      defer { shared.headWaiter = nil }
      return shared.headWaiter
    }
    waiter?.resume(returning: head)
  }

  /// Accepts a piece of the body.
  /// - Returns: false if it must be offered again later: nothing was accepted.
  func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard !bytes.isEmpty else { return true }
    let (isTaken, waiter) = shared.withLock { shared -> (Bool, CheckedContinuation<[UInt8]?, any Error>?) in
      if shared.end != nil { return (true, nil) }
      if let waiter = shared.pieceWaiter {
        shared.pieceWaiter = nil
        return (true, waiter)
      }
      if shared.byteCount >= Self.mostReadAhead {
        shared.isHeldBack = true
        return (false, nil)
      }
      shared.pieces.append(Array(bytes))
      shared.byteCount += bytes.count
      return (true, nil)
    }
    waiter?.resume(returning: Array(bytes))
    return isTaken
  }

  /// Begins to read a body that comes piece by piece.
  func startUpload() {
    upload.start(
      wake: { [weak self] in if let self { loop.resume(self) } },
      failed: { [weak self] error in
        guard let self else { return }
        let detail = error is CancellationError ? "it was cancelled" : "\(error)"
        if finish(.failure(request.failure(.requestBodyFailed, detail, mayHaveArrived: true))) { loop.drop(self) }
      })
  }
}
