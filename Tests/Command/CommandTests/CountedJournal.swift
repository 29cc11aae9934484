import Journal
import PaperModel
import Synchronization

/// Counts what is asked of a journal that is far away, and can be out of reach.
final class CountedJournal: JournalDecorator {
  struct Counts: Equatable {
    /// Entries that were given out.
    var given = 0
    /// Streams whose entries were asked for.
    var read: [StreamID] = []
    var lists = 0
    var beats = 0
  }

  struct OutOfReach: Error {}

  let inner: any Journal
  private let counts = Mutex(Counts())
  private let isAway = Mutex(false)

  init(_ inner: any Journal) { self.inner = inner }

  var given: Int { counts.withLock { $0.given } }

  /// What was asked since this was asked last.
  func taken() -> Counts {
    counts.withLock { counts in
      defer { counts = Counts() }
      return counts
    }
  }

  func setAway(_ away: Bool) { isAway.withLock { $0 = away } }

  func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    if isAway.withLock({ $0 }) { throw OutOfReach() }
    let entries = try await inner.entries(of: stream, from: number)
    counts.withLock { counts in
      counts.read.append(stream)
      counts.given += entries.count
    }
    return entries
  }
  func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID] {
    counts.withLock { $0.lists += 1 }
    return try await inner.streams(of: kind, after: name, limit: limit)
  }
  func liveness(of worker: WorkerID) async throws -> Liveness {
    counts.withLock { $0.beats += 1 }
    return try await inner.liveness(of: worker)
  }
}
