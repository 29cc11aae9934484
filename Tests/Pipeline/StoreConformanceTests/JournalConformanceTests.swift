import EmbeddedStore
import FolderJournal
import FoundationEssentials
import Glibc
import Journal
import PaperModel
import SQLite
import ServiceTestSupport
import Testing

@Suite("Every journal keeps the same promises", .timeLimit(.minutes(2)))
struct JournalConformanceTests {
  @Test(arguments: JournalConformance.checks)
  func `in memory`(check: JournalConformance.Check) async throws {
    let clock = ManualClock()
    try await check.run(.init(journal: InMemoryJournal(clock: clock), letPass: { clock.advance(seconds: $0) }))
  }

  @Test(arguments: JournalConformance.checks)
  func `embedded`(check: JournalConformance.Check) async throws {
    try await withTemporaryFolder { folder in
      let clock = ManualClock()
      let store = try await EmbeddedStore(folder: folder, clock: clock)
      let other = try await EmbeddedStore(folder: folder, clock: clock)
      try await check.run(
        .init(
          journal: store.journal, other: { other.journal }, letPass: { clock.advance(seconds: $0) },
          damage: { stream, number in
            let connection = try Connection(path: "\(folder)/shoal.sqlite")
            try connection.execute(
              "UPDATE journal SET bytes = X'ff00' WHERE stream = '\(stream)' AND number = \(number)")
          }))
      await store.close()
      await other.close()
    }
  }

  @Test(arguments: JournalConformance.checks)
  func `on a folder`(check: JournalConformance.Check) async throws {
    try await withTemporaryFolder { folder in
      try await check.run(
        .init(
          journal: try await FolderJournal(folder: folder), other: { try await FolderJournal(folder: folder) },
          letPass: { seconds in
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/workers") {
              try age("\(folder)/workers/\(name)", seconds: seconds)
            }
          },
          damage: { stream, number in
            try #require(truncate("\(folder)/journal/\(stream)/\(number)", 3) == 0)
          }))
    }
  }

  @Test func `a goodbye removes what those long dead left in a folder, and nothing else`() async throws {
    try await withTemporaryFolder { folder in
      let journal = try await FolderJournal(folder: folder)
      for name in ["dead", "frozen", "leaving"] { try await journal.beat(WorkerID(name)) }
      try age("\(folder)/workers/dead.beat", seconds: 90_000)
      try age("\(folder)/workers/frozen.beat", seconds: 80_000)
      try await journal.sayGoodbye(WorkerID("leaving"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/workers") == ["frozen.beat"])
    }
  }
}

/// Sets the time of a file back.
private func age(_ path: String, seconds: Int) throws {
  var found = stat()
  try #require(stat(path, &found) == 0)
  found.st_mtim.tv_sec -= seconds
  try #require(utimensat(AT_FDCWD, path, [found.st_atim, found.st_mtim], 0) == 0)
}
