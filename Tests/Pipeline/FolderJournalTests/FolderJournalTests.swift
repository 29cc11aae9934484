import FolderJournal
import FoundationEssentials
import Glibc
import Journal
import PaperModel
import ServiceTestSupport
import Testing

@Suite("A journal on a folder", .timeLimit(.minutes(10)))
struct FolderJournalTests {
  private func fact(_ number: Int64) -> JournalEntry.Fact {
    .claimed(worker: WorkerID("w"), stage: .design, visit: Int(number) + 1, attempt: 1)
  }

  @Test func `a missing entry is named, and its number is not given again`() async throws {
    try await withTemporaryFolder { folder in
      let journal = try await FolderJournal(folder: folder)
      let stream = try #require(StreamID(.paper, "x"))
      for number in 0..<Int64(4) { _ = try await journal.append(fact(number), to: stream, at: number) }
      let path = "\(folder)/journal/paper/x/2"
      try #require(unlink(path) == 0)
      // A journal caches its own appends.
      let known = try await journal.entries(of: stream, from: 0)
      #expect(known.map(\.fact) == (0..<4).map { fact($0) })
      let other = try await FolderJournal(folder: folder)
      for read in [Int64(0), 2] {
        let error = await #expect(throws: JournalError.self) { try await other.entries(of: stream, from: read) }
        #expect(error?.kind == .damaged && error?.message.contains(path) == true)
      }
      let error = await #expect(throws: JournalError.self) { try await journal.append(fact(9), to: stream, at: 2) }
      #expect(error?.kind == .damaged)
      let rest = try await journal.entries(of: stream, from: 3)
      #expect(rest.count == 1)
    }
  }

  @Test func `a journal replaced by an older copy is reported as damaged to a process that read more`() async throws {
    try await withTemporaryFolder { folder in
      let journal = try await FolderJournal(folder: folder)
      let stream = try #require(StreamID(.paper, "x"))
      for number in 0..<Int64(3) { _ = try await journal.append(fact(number), to: stream, at: number) }
      let path = "\(folder)/journal/paper/x"
      try #require(unlink("\(path)/2") == 0)
      let older = await #expect(throws: JournalError.self) { try await journal.entries(of: stream, from: 0) }
      #expect(older?.kind == .damaged && older?.message.contains("\(path)/2") == true)
      try #require(rename(path, "\(folder)/elsewhere") == 0)
      let gone = await #expect(throws: JournalError.self) { try await journal.entries(of: stream, from: 0) }
      #expect(gone?.kind == .damaged && gone?.message.contains("\(path)/2") == true)
    }
  }

  @Test func `a half-written file of a killed writer is no entry`() async throws {
    try await withTemporaryFolder { folder in
      let journal = try await FolderJournal(folder: folder)
      let stream = try #require(StreamID(.paper, "x"))
      _ = try await journal.append(fact(0), to: stream, at: 0)
      try Data([1, 2]).write(to: URL(fileURLWithPath: "\(folder)/journal/paper/x/.1.77"))
      let isAppended = try await journal.append(fact(1), to: stream, at: 1)
      #expect(isAppended)
      let entries = try await journal.entries(of: stream, from: 0)
      #expect(entries.map(\.fact) == [fact(0), fact(1)])
    }
  }

  @Test func `foreign files in a journal are named`() async throws {
    try await withTemporaryFolder { folder in
      let journal = try await FolderJournal(folder: folder)
      let stream = try #require(StreamID(.paper, "x"))
      _ = try await journal.append(fact(0), to: stream, at: 0)
      try Data([1]).write(to: URL(fileURLWithPath: "\(folder)/journal/paper/x/01"))
      let strange = await #expect(throws: JournalError.self) { try await journal.entries(of: stream, from: 0) }
      #expect(strange?.kind == .damaged && strange?.message.contains("x/01") == true)
      try Data([1]).write(to: URL(fileURLWithPath: "\(folder)/journal/paper/NOTES"))
      let listed = await #expect(throws: JournalError.self) {
        try await journal.streams(of: .paper, after: nil, limit: 10)
      }
      #expect(listed?.message.contains("NOTES") == true)
    }
  }

  @Test func `a link in place of a stream's folder is not followed`() async throws {
    try await withTemporaryFolder { folder in
      let journal = try await FolderJournal(folder: "\(folder)/data")
      let stream = try #require(StreamID(.paper, "x"))
      _ = try await journal.append(fact(0), to: stream, at: 0)
      try #require(rename("\(folder)/data/journal/paper/x", "\(folder)/elsewhere") == 0)
      try #require(symlink("\(folder)/elsewhere", "\(folder)/data/journal/paper/x") == 0)
      let error = await #expect(throws: JournalError.self) { try await journal.append(fact(1), to: stream, at: 1) }
      #expect(error?.message.contains("journal/paper/x") == true)
    }
  }
}
