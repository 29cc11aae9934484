internal import Synchronization

extension Exchange: BodySource {
  /// Takes bytes of the body from the library. Returns how many: none while the handler has too many unread ones.
  func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    let (count, reader, piece) = state.withLock { state in
      if state.isGone || state.inputState == .unwanted { return (bytes.count, nil, nil) as Taken }
      if state.input.count >= Self.highWater {
        Self.suspend(&state)
        return (0, nil, nil)
      }
      state.input.append(contentsOf: bytes)
      guard let reader = state.reader else { return (bytes.count, nil, nil) }
      state.reader = nil
      defer { state.input = [] }
      return (bytes.count, reader, state.input)
    }
    reader?.resume(returning: piece)
    return count
  }
  private typealias Taken = (Int, CheckedContinuation<[UInt8]?, any Error>?, [UInt8]?)

  /// The body is complete.
  func endInput() {
    let reader = state.withLock { state in
      if state.inputState == .coming { state.inputState = .complete }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume(returning: nil)
  }

  /// The next piece for the handler.
  func next() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (caller: CheckedContinuation<[UInt8]?, any Error>) in
        let answer: Result<[UInt8]?, any Error>? = state.withLock { state in
          precondition(state.reader == nil, "one task reads a body")
          if Task.isCancelled { return .failure(CancellationError()) }
          if !state.input.isEmpty {
            defer { state.input = [] }
            Self.resume(&state)
            return .success(state.input)
          }
          if state.inputState == .complete { return .success(nil) }
          if state.isGone || state.inputState == .unwanted { return .failure(ClientGone()) }
          state.reader = caller
          return nil
        }
        if let answer { caller.resume(with: answer) }
      }
    } onCancel: {
      let reader = state.withLock { state in
        defer { state.reader = nil }
        return state.reader
      }
      reader?.resume(throwing: CancellationError())
    }
  }
}
