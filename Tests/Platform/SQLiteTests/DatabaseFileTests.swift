import SQLite
import Testing

@Suite struct DatabaseFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func makeFile(rows: Int = 1000) async throws {
    let database = try await Database(path: folder.file(), schema: ["CREATE TABLE t(a)"])
    try await database.write { connection in
      for row in 0..<rows { try connection.run("INSERT INTO t VALUES(?)", "row number \(row)") }
    }
    await database.close()
  }

  private func failure(schema: [String] = ["CREATE TABLE t(a)"]) async -> SQLiteError? {
    await #expect(throws: SQLiteError.self) { try await Database(path: folder.file(), schema: schema) }
  }

  @Test func `steps of the schema are applied once, in order`() async throws {
    try await makeFile(rows: 3)
    let schema = ["CREATE TABLE t(a)", "ALTER TABLE t ADD COLUMN b DEFAULT 7", "CREATE TABLE u(c)"]
    for _ in 0..<2 {
      let database = try await Database(path: folder.file(), schema: schema)
      let sum = try await database.read { try $0.first("SELECT sum(b) FROM t LEFT JOIN u") { $0.int64(0) } }
      #expect(sum == 21)
      await database.close()
    }
  }

  @Test func `a step that fails leaves the file at the version before`() async throws {
    try await makeFile(rows: 3)
    let error = await failure(schema: ["CREATE TABLE t(a)", "CREATE TABLE u(c)", "CREATE TABEL v(c)"])
    #expect(error?.reason == .misuse)
    let connection = try Connection(path: folder.file())
    let tables = try connection.prepare("SELECT count(*) FROM sqlite_schema")
    #expect(try tables.step())
    #expect(tables.row.int64(0) == 1)
  }

  @Test func `a file of a newer schema is refused and left alone`() async throws {
    do { try Connection(path: folder.file()).execute("CREATE TABLE future(a); PRAGMA user_version = 9") }
    let error = await failure()
    #expect(error?.reason == .newerSchema(found: 9, known: 1))
    #expect(error?.description.contains("written by a newer version (schema 9, this program knows up to 1)") == true)
  }

  @Test func `a file that is no database is refused and not overwritten`() async throws {
    let poem = [UInt8](String(repeating: "Shall I compare thee to a summer's day?\n", count: 500).utf8)
    try folder.write(poem)
    let error = await failure()
    #expect(error?.isNotADatabase == true)
    #expect(error?.description.contains(folder.file()) == true)
    #expect(try folder.bytes() == poem)
  }

  @Test(arguments: [1, 99, 100, 5000, 20_000])
  func `a file cut short is refused and not overwritten`(length: Int) async throws {
    try await makeFile()
    let cut = Array(try folder.bytes().prefix(length))
    #expect(cut.count == length)
    try folder.write(cut)
    let error = await failure()
    #expect(error?.isCorrupt == true || error?.isNotADatabase == true)
    #expect(error?.path == folder.file())
    #expect(try folder.bytes() == cut)
  }

  @Test func `a folder that is missing is named`() async throws {
    let path = folder.file("missing/test.db")
    let error = await #expect(throws: SQLiteError.self) { try await Database(path: path, schema: []) }
    #expect(error?.reason == .cannotOpen)
    #expect(error?.description.contains(path) == true)
  }
}
