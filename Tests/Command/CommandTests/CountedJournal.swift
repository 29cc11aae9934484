import Journal
import PaperModel
import Synchronization

/// Counts the requests to a remote journal, which can be made unreachable.
final class CountedJournal: JournalDecorator {
  struct Counts: Equatable {
    /// The number of returned entries.
    var given = 0
    /// Streams whose entries were requested.
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

  /// The requests since the last call.
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
  func living() async throws -> [WorkerID] {
    counts.withLock { $0.beats += 1 }
    return try await inner.living()
  }
}
