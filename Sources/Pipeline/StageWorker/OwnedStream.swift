import Journal
import PaperModel
import PipelineRules

/// The worker's claim was taken or the stream was ended: the worker must stop at once.
enum LostOwnership: Error, Sendable, Equatable {
  case superseded
  case cancelled
}

/// A stream that a worker has claimed: the state of its journal, and the only way to append to it.
///
/// Fencing: an append at a number that another worker has taken fails, and the worker stops. Only annotations, which
/// any process may add (a late settlement, a new cap), are skipped.
actor OwnedStream {
  nonisolated let stream: StreamID
  private(set) var state: StreamState
  private let journal: Outbox
  /// The fact of a failed append whose entry was not found: the entry may still reach the journal later.
  private var doubtful: JournalEntry.Fact?
  private var isBusy = false
  private var queue: [CheckedContinuation<Void, Never>] = []

  init(_ state: StreamState, journal: Outbox) {
    stream = state.stream
    self.state = state
    self.journal = journal
  }

  /// Appends the fact that `fact` derives from the current state, durably.
  /// - Throws: `LostOwnership`; `JournalError` if the entry is not known to be written.
  func append(_ fact: @Sendable (StreamState) throws -> JournalEntry.Fact?) async throws {
    await enter()
    defer { leave() }
    while true {
      guard let wanted = try fact(state) else { return }
      let number = state.length
      do {
        if try await journal.append(wanted, to: stream, at: number) {
          doubtful = nil
          try catchUp(expecting: wanted)
          return
        }
      } catch let error as JournalError {
        // The entry may have been written all the same: only the journal knows.
        guard let found = try? await journal.entries(of: stream, from: number).first, found.fact == wanted else {
          doubtful = wanted
          throw error
        }
        try state.apply(found)
        journal.republish([found], of: stream)
        return
      }
      try await readOver()
    }
  }

  /// Reads the journal's end once more, before a call that costs more than the read.
  func confirm() async throws {
    await enter()
    defer { leave() }
    try await readOver()
  }

  /// Applies what was just written, with this machine's time: the journal does not tell its own.
  private func catchUp(expecting fact: JournalEntry.Fact) throws {
    try state.apply(JournalEntry(number: state.length, atMicroseconds: journal.nowMicroseconds, fact: fact))
  }

  /// Reads what was appended since. Anything but an annotation, or this worker's own append that seemed to have failed,
  /// means that another process has the stream.
  private func readOver() async throws {
    for entry in try await journal.entries(of: stream, from: state.length) {
      let isOwn = entry.fact == doubtful
      doubtful = nil
      switch entry.fact {
      case _ where isOwn:
        try state.apply(entry)
        journal.republish([entry], of: stream)
      case .settledLate, .capChanged, .granted: try state.apply(entry)
      case .cancelled: throw LostOwnership.cancelled
      default: throw LostOwnership.superseded
      }
    }
  }

  // One append at a time: the steps of a handler may run side by side, their entries may not.
  private func enter() async {
    if isBusy { await withCheckedContinuation { queue.append($0) } } else { isBusy = true }
  }

  private func leave() {
    if queue.isEmpty { isBusy = false } else { queue.removeFirst().resume() }
  }
}
