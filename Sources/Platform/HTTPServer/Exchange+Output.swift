internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

extension Exchange: BodySink {
  /// Takes bytes from the handler; waits while too many are unsent.
  func write(_ bytes: [UInt8]) async throws {
    if bytes.isEmpty { return }
    let mustWait = try state.withLock { state in
      if state.isGone { throw ClientGone() }
      state.output.append(contentsOf: bytes)
      Self.resume(&state)
      return state.unsent >= Self.highWater
    }
    if mustWait { try await waitForRoom() }
  }

  private func waitForRoom() async throws {
    let number = state.withLock { state in
      state.lastWriter += 1
      return state.lastWriter
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (caller: CheckedContinuation<Void, any Error>) in
        let answer: Result<Void, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.isGone { return .failure(ClientGone()) }
          if state.unsent < Self.highWater { return .success(()) }
          state.writers[number] = caller
          return nil
        }
        if let answer { caller.resume(with: answer) }
      }
    } onCancel: {
      state.withLock { $0.writers.removeValue(forKey: number) }?.resume(throwing: CancellationError())
    }
  }

  /// Gives bytes to the library, which has this much room. Suspends the connection if there are none yet.
  func read(into buffer: UnsafeMutableRawPointer, atMost room: Int) -> Int {
    let (count, writers) = state.withLock { state in
      if state.isGone && !state.isFinished { return (cmhd_end_with_error(), [:]) as Read }
      if state.unsent > 0 {
        let count = min(state.unsent, room)
        state.output.withUnsafeBytes { bytes in
          buffer.copyMemory(from: bytes.baseAddress! + state.outputPosition, byteCount: count)
        }
        state.outputPosition += count
        if state.unsent == 0 {
          state.output.removeAll(keepingCapacity: state.output.capacity <= 4096)
          state.outputPosition = 0
        }
        guard state.unsent < Self.highWater else { return (count, [:]) }
        defer { state.writers = [:] }
        return (count, state.writers)
      }
      if state.isFinished {
        return (state.isFailed || state.isGone ? cmhd_end_with_error() : cmhd_end_of_stream(), [:])
      }
      Self.suspend(&state)
      return (0, [:])
    }
    for writer in writers.values { writer.resume() }
    // The library closes a broken-off connection only when the client moves, but the client waits for exactly that.
    if count == cmhd_end_with_error(), let connection { shutdown(connection.descriptor, Int32(SHUT_RDWR)) }
    return count
  }
  private typealias Read = (Int, [Int: CheckedContinuation<Void, any Error>])
}
