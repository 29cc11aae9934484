import FolderJournal
import FoundationEssentials
import Journal
import PaperModel
import ServiceTestSupport
import Testing

@testable import shoal

@Suite struct CachedJournalTests {
  private let stream = StreamID(.paper, "made.1")!

  private func append(_ count: Int, to journal: any Journal) async throws {
    for _ in 0..<count {
      let end = try await journal.entries(of: stream, from: 0).count
      let fact = JournalEntry.Fact.capChanged(Money(nanodollars: Int64(end)))
      #expect(try await journal.append(fact, to: stream, at: Int64(end)))
    }
  }

  @Test func `a second read requests one known entry, and the new ones`() async throws {
    try await withTemporaryFolder { folder in
      let store = InMemoryJournal()
      try await append(20, to: store)
      let far = CountedJournal(store)
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

  @Test func `the cache is dropped if the store has another history`() async throws {
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
