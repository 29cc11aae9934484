import FolderJournal
import FoundationEssentials
import Journal
import PaperModel
import Synchronization
import Testing

@testable import shoal

@Suite struct CachedJournalTests {
  /// Counts what is asked of a journal that is far away.
  private final class Far: Journal {
    private let inner: any Journal
    private let counts = Mutex((asked: 0, given: 0))

    init(_ inner: any Journal) { self.inner = inner }

    var given: Int { counts.withLock { $0.given } }

    func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
      let entries = try await inner.entries(of: stream, from: number)
      counts.withLock { counts in
        counts.asked += 1
        counts.given += entries.count
      }
      return entries
    }
    func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
      try await inner.append(fact, to: stream, at: number)
    }
    func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID] {
      try await inner.streams(of: kind, after: name, limit: limit)
    }
    func beat(_ worker: WorkerID) async throws { try await inner.beat(worker) }
    func sayGoodbye(_ worker: WorkerID) async throws { try await inner.sayGoodbye(worker) }
    func liveness(of worker: WorkerID) async throws -> Liveness { try await inner.liveness(of: worker) }
  }

  private let stream = StreamID(.paper, "made.1")!

  private func append(_ count: Int, to journal: any Journal) async throws {
    for _ in 0..<count {
      let end = try await journal.entries(of: stream, from: 0).count
      let fact = JournalEntry.Fact.capChanged(Money(nanodollars: Int64(end)))
      #expect(try await journal.append(fact, to: stream, at: Int64(end)))
    }
  }

  @Test func `a second look asks for one entry, and for what is new`() async throws {
    try await withTemporaryFolder { folder in
      let store = InMemoryJournal()
      try await append(20, to: store)
      let far = Far(store)
      let first = try await CachedJournal(inner: far, folder: folder).entries(of: stream, from: 0)
      #expect(first.count == 20 && far.given == 20)
      let again = CachedJournal(inner: far, folder: folder)
      #expect(try await again.entries(of: stream, from: 0) == first && far.given == 21)
      try await append(2, to: store)
      #expect(try await again.entries(of: stream, from: 0).count == 22 && far.given == 24)
      #expect(try await again.entries(of: stream, from: 21).count == 1)
      #expect(try await again.entries(of: StreamID(.paper, "none")!, from: 0).isEmpty)
    }
  }

  @Test func `what was kept is thrown away where the store has another past`() async throws {
    try await withTemporaryFolder { folder in
      let store = InMemoryJournal()
      try await append(5, to: store)
      _ = try await CachedJournal(inner: store, folder: folder).entries(of: stream, from: 0)
      let restored = InMemoryJournal()
      try await append(3, to: restored)
      let cached = CachedJournal(inner: restored, folder: folder)
      #expect(try await cached.entries(of: stream, from: 0) == restored.entries(of: stream, from: 0))
    }
  }

  @Test func `a file that was changed is read over`() async throws {
    try await withTemporaryFolder { folder in
      let store = InMemoryJournal()
      try await append(5, to: store)
      let cached = CachedJournal(inner: store, folder: folder)
      let all = try await cached.entries(of: stream, from: 0)
      let path = URL(fileURLWithPath: "\(folder)/paper/made.1")
      var bytes = try Data(contentsOf: path)
      bytes[bytes.count - 1] ^= 1
      for damage in [bytes, bytes.prefix(40), Data()] {
        try damage.write(to: path)
        #expect(try await cached.entries(of: stream, from: 0) == all)
      }
    }
  }
}
