internal import Synchronization
internal import Threads

/// A request's body on its way out: bytes, or pieces that a task of its own reads, one ahead.
final class Upload: Sendable {
  /// The result of asking for more bytes.
  enum Filled: Equatable {
    case bytes(Int)
    case nothingYet
    case end
  }

  private struct State {
    var piece: [UInt8] = []
    var offset = 0
    /// No further piece follows this one.
    var isLast = true
    var isLoopWaiting = false
    var isEnded = false
    var feeder: Task<Void, Never>?
    var offering: CheckedContinuation<Bool, Never>?
  }

  /// The number of bytes; nil if it is not known before the end.
  let length: Int64?
  /// Whether it can be sent from its start again.
  let isRepeatable: Bool
  private let stream: (any AsyncSequence<[UInt8], any Error> & Sendable)?
  private let state: Lock<State>

  init(_ body: OutgoingRequest.Body) {
    switch body {
    case .none:
      (length, isRepeatable, stream) = (0, true, nil)
      state = Lock(State())
    case .bytes(let bytes):
      (length, isRepeatable, stream) = (Int64(bytes.count), true, nil)
      state = Lock(State(piece: bytes))
    case .stream(let length, let stream):
      (self.length, isRepeatable, self.stream) = (length, false, stream)
      state = Lock(State(isLast: false))
    }
  }

  /// Begins to read the pieces, if there are any.
  func start(wake: @escaping @Sendable () -> Void, failed: @escaping @Sendable (any Error) -> Void) {
    guard let stream else { return }
    let feeder = Task { [weak self] in
      do {
        for try await piece in stream where !piece.isEmpty {
          guard let self, await self.offer(piece, wake: wake) else { return }
        }
        self?.isComplete(wake: wake)
      } catch { failed(error) }
    }
    let isOver = state.withLock { state in
      if !state.isEnded { state.feeder = feeder }
      return state.isEnded
    }
    if isOver { feeder.cancel() }
  }

  /// Fills the space with the next bytes.
  func fill(_ space: UnsafeMutableRawBufferPointer) -> Filled {
    let (filled, offering) = state.withLock { state -> (Filled, CheckedContinuation<Bool, Never>?) in
      let count = min(space.count, state.piece.count - state.offset)
      if count == 0 {
        state.isLoopWaiting = !state.isLast
        return (state.isLast ? .end : .nothingYet, nil)
      }
      state.piece.withUnsafeBytes { space.copyMemory(from: .init(rebasing: $0[state.offset..<state.offset + count])) }
      state.offset += count
      guard state.offset == state.piece.count, !isRepeatable else { return (.bytes(count), nil) }
      defer { state.offering = nil }
      return (.bytes(count), state.offering)
    }
    offering?.resume(returning: true)
    return filled
  }

  /// Goes back to the start; false if that is not possible.
  func rewind() -> Bool {
    guard isRepeatable else { return false }
    state.withLock { $0.offset = 0 }
    return true
  }

  /// The transfer needs no more bytes: stops reading.
  func end() {
    let (feeder, offering) = state.withLock { state in
      defer { (state.feeder, state.offering, state.isEnded) = (nil, nil, true) }
      return (state.feeder, state.offering)
    }
    feeder?.cancel()
    offering?.resume(returning: false)
  }

  /// Offers a piece and waits until it was accepted.
  /// - Returns: false if the transfer needs no more.
  private func offer(_ piece: [UInt8], wake: @Sendable () -> Void) async -> Bool {
    await withCheckedContinuation { caller in
      let (isOver, isWaitedFor) = state.withLock { state in
        if state.isEnded { return (true, false) }
        (state.piece, state.offset, state.offering) = (piece, 0, caller)
        defer { state.isLoopWaiting = false }
        return (false, state.isLoopWaiting)
      }
      if isOver { caller.resume(returning: false) }
      if isWaitedFor { wake() }
    }
  }

  private func isComplete(wake: @Sendable () -> Void) {
    let isWaitedFor = state.withLock { state in
      state.isLast = true
      defer { state.isLoopWaiting = false }
      return state.isLoopWaiting
    }
    if isWaitedFor { wake() }
  }
}
