internal import Dispatch
internal import Synchronization

/// Appends of all streams, on one thread: those that come while some are written are written together after them, so
/// that a hundred streams at once wait for one synchronisation and not for a hundred.
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

  /// Appends an entry, durably before it returns; false where the number is taken. Cancellation is not looked at: what
  /// was begun is done.
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

  /// Those that go together: of each stream the first, as many as a page holds.
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
