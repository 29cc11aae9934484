import FoundationEssentials
import SQLite
import Testing

/// A file that is opened read-only.
@Suite struct OnlookerTests {
  private static let schema = ["CREATE TABLE t(a)"]
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func count(_ database: Database) async throws -> Int64? {
    try await database.read { try $0.first("SELECT count(*) FROM t") { $0.int64(0) } }
  }

  private func add(_ database: Database) async throws {
    try await database.write { _ = try $0.run("INSERT INTO t VALUES(1)") }
  }

  private func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }

  @Test func `reads existing rows, creates no file, and refuses to write`() async throws {
    let writing = try await Database(path: folder.file("a?b#c%.db"), schema: Self.schema)
    try await add(writing)
    await writing.close()
    let before = try files()
    let looking = try await Database(readingOnly: folder.file("a?b#c%.db"), schema: Self.schema)
    #expect(try await count(looking) == 1)
    let error = await #expect(throws: SQLiteError.self) { try await add(looking) }
    #expect(error?.isReadOnly == true)
    #expect(try files() == before)
    await looking.close()
    #expect(try files() == before)
  }

  @Test func `sees the commits of writers that come and go`() async throws {
    try await Database(path: folder.file(), schema: Self.schema).close()
    let looking = try await Database(readingOnly: folder.file(), schema: Self.schema)
    for round in 0..<3 {
      #expect(try await count(looking) == Int64(round * 2))
      let writing = try await Database(path: folder.file(), schema: Self.schema)
      try await add(writing)
      #expect(try await count(looking) == Int64(round * 2 + 1))
      try await add(writing)
      #expect(try await count(looking) == Int64(round * 2 + 2))
      await writing.close()
    }
    await looking.close()
  }

  @Test func `refuses a file of another version, and a missing one`() async throws {
    try await Database(path: folder.file(), schema: Self.schema).close()
    let newer = await #expect(throws: SQLiteError.self) {
      try await Database(readingOnly: folder.file(), schema: [])
    }
    #expect(newer?.reason == .newerSchema(found: 1, known: 0))
    let older = await #expect(throws: SQLiteError.self) {
      try await Database(readingOnly: folder.file(), schema: Self.schema + ["CREATE TABLE u(a)"])
    }
    #expect(older?.reason == .olderSchema(found: 1, known: 2))
    let missing = await #expect(throws: SQLiteError.self) {
      try await Database(readingOnly: folder.file("other.db"), schema: Self.schema)
    }
    #expect(missing?.reason == .cannotOpen)
    #expect(!FileManager.default.fileExists(atPath: folder.file("other.db")))
  }
}
