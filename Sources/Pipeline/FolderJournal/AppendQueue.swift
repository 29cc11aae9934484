internal import Dispatch
internal import Synchronization

/// Appends of all streams, on one thread: appends that arrive during a write form the next write together, so that a
/// hundred streams wait for one synchronisation and not for a hundred.
final class AppendQueue: Sendable {
  private struct Waiting {
    let entry: NewEntry
    let caller: CheckedContinuation<Bool, any Error>
  }

  private struct State {
    var waiting: [Waiting] = []
    var isWriting = false
  }

  private let writer: PageWriter
  private let thread = DispatchQueue(label: "shoal.journal")
  private let state = Mutex(State())

  init(root: String) { writer = PageWriter(root: root) }

  /// Appends an entry, durably before it returns; false if the number is taken. Cancellation does not interrupt it.
  func append(_ entry: NewEntry) async throws -> Bool {
    try await withCheckedThrowingContinuation { caller in
      let mustStart = state.withLock { state in
        state.waiting.append(Waiting(entry: entry, caller: caller))
        defer { state.isWriting = true }
        return !state.isWriting
      }
      if mustStart { thread.async { self.writeAll() } }
    }
  }

  private func writeAll() {
    while let batch = next() {
      for (waiting, outcome) in zip(batch, writer.write(batch.map(\.entry))) { waiting.caller.resume(with: outcome) }
    }
  }

  /// The next group: the first entry of each stream, as many as a page holds.
  private func next() -> [Waiting]? {
    state.withLock { state in
      var page = Page()
      var rest: [Waiting] = []
      var batch: [Waiting] = []
      for waiting in state.waiting {
        if page.takes(waiting.entry) { batch.append(waiting) } else { rest.append(waiting) }
      }
      state.waiting = rest
      state.isWriting = !batch.isEmpty
      return batch.isEmpty ? nil : batch
    }
  }
}
