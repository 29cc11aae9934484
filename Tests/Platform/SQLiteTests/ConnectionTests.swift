import SQLite
import Testing

@Suite struct ConnectionTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test func `values are read as they were written`() throws {
    let cached = CachedConnection(try Connection(path: folder.file()))
    try cached.run("CREATE TABLE t(a, b, c, d, e)")
    let text = "tab\t, NUL\u{0}, é, 漢"
    let none: String? = nil
    try cached.run("INSERT INTO t VALUES(?, ?, ?, ?, ?)", Int64.min, 0.1, text, [UInt8]([0, 255]), none)
    let isRight = try cached.first("SELECT * FROM t") { row in
      row.int64(0) == .min && row.string(1) == "0.1" && row.string(2) == text && row.bytes(3) == [0, 255]
        && row.string(4).isEmpty && row.bytes(4).isEmpty && row.columnCount == 5
    }
    #expect(isRight == true)
  }

  @Test func `empty text and empty bytes are not NULL`() throws {
    let cached = CachedConnection(try Connection(path: folder.file()))
    try cached.run("CREATE TABLE t(a TEXT NOT NULL, b BLOB NOT NULL)")
    try cached.run("INSERT INTO t VALUES(?, ?)", "", [UInt8]())
    let kinds = try cached.query("SELECT typeof(a), typeof(b) FROM t") { [$0.string(0), $0.string(1)] }
    #expect(kinds == [["text", "blob"]])
  }

  @Test func `a row knows its number and its statement how many it changed`() throws {
    let cached = CachedConnection(try Connection(path: folder.file()))
    try cached.run("CREATE TABLE t(a INTEGER PRIMARY KEY)")
    try cached.run("INSERT INTO t VALUES(41), (42)")
    let rowID = cached.lastInsertRowID
    #expect(rowID == 42)
    #expect(try cached.run("UPDATE t SET a = a + 10") == 2)
    let changes = cached.changes
    #expect(changes == 2)
  }

  @Test func `too few values are refused instead of being NULL`() throws {
    let cached = CachedConnection(try Connection(path: folder.file()))
    let error = #expect(throws: SQLiteError.self) { try cached.query("SELECT ?, ?", 1) { $0.int64(0) } }
    #expect(error?.reason == .misuse)
    #expect(error?.message == "1 values for 2 parameters")
  }

  @Test(arguments: ["", "  ", "SELECT 1; SELECT 2", "SELEC 1"])
  func `anything but exactly one statement is refused`(sql: String) throws {
    let connection = try Connection(path: folder.file())
    let error = #expect(throws: SQLiteError.self) {
      let statement = try connection.prepare(sql)
      _ = try statement.step()
    }
    #expect(error?.reason == .misuse)
    #expect(error?.description.contains(folder.file()) == true)
  }

  @Test func `a query may run inside the rows of the same query`() throws {
    let cached = CachedConnection(try Connection(path: folder.file()))
    try cached.run("CREATE TABLE t(a)")
    try cached.run("INSERT INTO t VALUES(1), (2)")
    let pairs = try cached.query("SELECT a FROM t") { outer in
      let left = outer.int64(0)
      return try cached.query("SELECT a FROM t") { [left, $0.int64(0)] }
    }
    #expect(pairs == [[[1, 1], [1, 2]], [[2, 1], [2, 2]]])
  }

  @Test func `more statements than are kept still work`() throws {
    let cached = CachedConnection(try Connection(path: folder.file()))
    for number in 0..<(CachedConnection.limit * 2) {
      #expect(try cached.first("SELECT \(number)") { $0.int64(0) } == Int64(number))
    }
  }

  @Test func `a transaction that throws is rolled back`() throws {
    struct Stop: Error {}
    let connection = try Connection(path: folder.file())
    try connection.execute("CREATE TABLE t(a)")
    #expect(throws: Stop.self) {
      try connection.transaction { connection in
        try connection.execute("INSERT INTO t VALUES(1)")
        throw Stop()
      }
    }
    let isOpen = connection.isInTransaction
    #expect(!isOpen)
    let count = try connection.prepare("SELECT count(*) FROM t")
    #expect(try count.step())
    #expect(count.row.int64(0) == 0)
  }

  @Test func `a read-only connection refuses to write with an error`() throws {
    do { try Connection(path: folder.file()).execute("CREATE TABLE t(a)") }
    let connection = try Connection(path: folder.file(), mode: .readOnly)
    let error = #expect(throws: SQLiteError.self) { try connection.execute("INSERT INTO t VALUES(1)") }
    #expect(error?.isReadOnly == true)
    #expect(error?.description.contains("not writable; give this user the right") == true)
  }

  @Test(arguments: ["missing/test.db", "", "a\u{0}b"])
  func `a path that cannot be opened is named`(name: String) throws {
    let path = name.isEmpty ? "" : folder.file(name)
    let error = #expect(throws: SQLiteError.self) { _ = try Connection(path: path) }
    #expect(error?.reason == .cannotOpen)
    #expect(error?.path == path)
  }

  @Test func `reading a missing file does not create it`() throws {
    #expect(throws: SQLiteError.self) { _ = try Connection(path: folder.file(), mode: .readOnly) }
    #expect(throws: (any Error).self) { try folder.bytes() }
  }

  @Test func `a second writer gets the error that the file is busy`() throws {
    let first = try Connection(path: folder.file())
    let second = try Connection(path: folder.file())
    second.setBusyTimeout(milliseconds: 1)
    try first.execute("BEGIN IMMEDIATE")
    let error = #expect(throws: SQLiteError.self) { try second.execute("BEGIN IMMEDIATE") }
    #expect(error?.isBusy == true)
  }

  @Test func `a full file gives an error and stays whole`() throws {
    let connection = try Connection(path: folder.file())
    try connection.execute("CREATE TABLE t(a); PRAGMA max_page_count = 10")
    let error = #expect(throws: SQLiteError.self) {
      try connection.transaction { connection in
        try connection.execute("INSERT INTO t VALUES(zeroblob(100000))")
      }
    }
    #expect(error?.isFull == true)
    try connection.quickCheck()
    try connection.execute("INSERT INTO t VALUES('fits')")
  }

  @Test func `an overturned page is found by the check`() throws {
    do {
      let connection = try Connection(path: folder.file())
      try connection.execute("CREATE TABLE t(a); CREATE INDEX i ON t(a)")
      try connection.execute(
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 5000) INSERT INTO t SELECT x FROM n")
    }
    var bytes = try folder.bytes()
    for index in 8192..<12288 { bytes[index] = 0x5a }
    try folder.write(bytes)
    let error = #expect(throws: SQLiteError.self) { try Connection(path: folder.file(), mode: .readOnly).quickCheck() }
    #expect(error?.isCorrupt == true)
  }
}
