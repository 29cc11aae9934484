import FoundationEssentials
import Glibc
import Journal
import PaperModel
import ServiceTestSupport
import Testing
import WireFormat

@testable import FolderJournal

@Suite("Entries that are written together", .timeLimit(.minutes(10)))
struct PageWriterTests {
  private func entry(_ stream: StreamID, _ number: Int64, by worker: String = "w") -> NewEntry {
    let fact = JournalEntry.Fact.claimed(worker: WorkerID(worker), stage: .design, visit: 1, attempt: 1)
    let entry = JournalEntry(number: number, atMicroseconds: 1, fact: fact)
    return NewEntry(stream: stream, number: number, bytes: WireFormat.encode(entry))
  }

  private func streams(_ count: Int) throws -> [StreamID] {
    try (0..<count).map { try #require(StreamID($0 % 2 == 0 ? .paper : .run, "s\($0)")) }
  }

  @Test(arguments: [1, 2, 8, 9, 64])
  func `entries of many streams are one file with all their names`(count: Int) async throws {
    try await withTemporaryFolder { folder in
      let journal = try await FolderJournal(folder: folder)
      let streams = try streams(count)
      for number in Int64(0)..<3 {
        let outcomes = PageWriter(root: folder).write(streams.map { entry($0, number) })
        for outcome in outcomes { #expect(try outcome.get()) }
        var found = stat()
        for stream in streams {
          try #require(stat("\(folder)/journal/\(stream)/\(number)", &found) == 0)
          #expect(Int(found.st_nlink) == count)
        }
      }
      for stream in streams {
        let entries = try await journal.entries(of: stream, from: 0)
        #expect(entries.map(\.number) == [0, 1, 2])
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/journal").sorted()
      #expect(left == (count == 1 ? ["paper"] : ["paper", "run"]), "a page was left behind")
    }
  }

  @Test func `a writer that is late, leaves a gap or finds damage does not affect the others`() async throws {
    try await withTemporaryFolder { folder in
      let journal = try await FolderJournal(folder: folder)
      let streams = try streams(4)
      let writer = PageWriter(root: folder)
      for outcome in writer.write(streams.map { entry($0, 0, by: "first") }) { #expect(try outcome.get()) }
      for outcome in writer.write([entry(streams[3], 1)]) { #expect(try outcome.get()) }
      try #require(unlink("\(folder)/journal/\(streams[3])/0") == 0)

      let outcomes = writer.write([
        entry(streams[0], 0, by: "second"), entry(streams[1], 1), entry(streams[2], 7), entry(streams[3], 0),
      ])
      #expect(try !outcomes[0].get())
      #expect(try outcomes[1].get())
      let gap = #expect(throws: JournalError.self) { try outcomes[2].get() }
      #expect(gap?.kind == .misuse)
      let lost = #expect(throws: JournalError.self) { try outcomes[3].get() }
      #expect(lost?.kind == .damaged)
      let kept = try await journal.entries(of: streams[0], from: 0)
      #expect(kept.map(\.fact) == [.claimed(worker: WorkerID("first"), stage: .design, visit: 1, attempt: 1)])
      let other = try await journal.entries(of: streams[1], from: 0)
      #expect(other.count == 2)
    }
  }

  @Test func `two entries of one stream, too many or too large ones never share a page`() throws {
    let streams = try streams(65)
    let small = streams.map { entry($0, 0) }
    #expect(taken([small[0], small[0], entry(streams[0], 1), small[1]]) == [true, false, false, true])
    #expect(taken(small) == Array(repeating: true, count: 64) + [false])

    let half = [UInt8](repeating: 1, count: WireFormat.mostBytesOfPage / 2)
    let large = streams.map { NewEntry(stream: $0, number: 0, bytes: half) }
    #expect(taken([large[0], large[1], small[2]]) == [true, false, true])
    #expect(taken([NewEntry(stream: streams[0], number: 0, bytes: half + half), small[1]]) == [true, false])
  }

  /// Whether each entry goes into the same page.
  private func taken(_ entries: [NewEntry]) -> [Bool] {
    var page = Page()
    return entries.map { page.takes($0) }
  }

  @Test func `entries appended concurrently through one journal are all there`() async throws {
    try await withTemporaryFolder { folder in
      let (one, other) = (try await FolderJournal(folder: folder), try await FolderJournal(folder: folder))
      let streams = try streams(100)
      let fact = JournalEntry.Fact.claimed(worker: WorkerID("w"), stage: .design, visit: 1, attempt: 1)
      let wins = try await withThrowingTaskGroup(of: Int.self) { group in
        for stream in streams {
          for journal in [one, other, one] {
            group.addTask {
              var wins = 0
              for number in Int64(0)..<5 where try await journal.append(fact, to: stream, at: number) { wins += 1 }
              return wins
            }
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(wins == 500, "each number has one winner")
      for stream in streams {
        let entries = try await other.entries(of: stream, from: 0)
        #expect(entries.count == 5)
      }
    }
  }

  @Test(arguments: ["other", "cut"])
  func `a page that is another's, or cut, is named`(how: String) async throws {
    try await withTemporaryFolder { folder in
      let journal = try await FolderJournal(folder: folder)
      let streams = try streams(4)
      for outcome in PageWriter(root: folder).write(streams.map { entry($0, 0) }) { #expect(try outcome.get()) }
      let path = "\(folder)/journal/\(streams[0])/0"
      if how == "cut" {
        try #require(truncate(path, 12) == 0)
      } else {
        let strangers = try (4..<8).map { try #require(StreamID(.paper, "s\($0)")) }
        for outcome in PageWriter(root: folder).write(strangers.map { entry($0, 0) }) { #expect(try outcome.get()) }
        try #require(unlink(path) == 0 && link("\(folder)/journal/\(strangers[0])/0", path) == 0)
      }
      let error = await #expect(throws: JournalError.self) { try await journal.entries(of: streams[0], from: 0) }
      #expect(error?.kind == .damaged && error?.message.contains(path) == true)
    }
  }
}
