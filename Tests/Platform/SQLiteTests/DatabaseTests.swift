import SQLite
import Synchronization
import Testing

@Suite struct DatabaseTests {
  let folder: TemporaryFolder
  let schema = ["CREATE TABLE step(stream TEXT, number INTEGER, UNIQUE(stream, number))"]
  init() throws { folder = try TemporaryFolder() }

  private func open(onCommit: (@Sendable () -> Void)? = nil) async throws -> Database {
    try await Database(path: folder.file(), schema: schema, onCommit: onCommit)
  }

  private func count(_ database: Database) async throws -> Int64? {
    try await database.read { try $0.first("SELECT count(*) FROM step") { $0.int64(0) } }
  }

  @Test func `written rows are read, also after opening again`() async throws {
    let first = try await open()
    let changed = try await first.write { try $0.run("INSERT INTO step VALUES(?, ?)", "a", 1) }
    #expect(changed == 1)
    #expect(try await count(first) == 1)
    await first.close()
    let second = try await open()
    #expect(try await count(second) == 1)
    await second.close()
  }

  @Test func `writes that wait share a commit and the bell rings once for it`() async throws {
    let commits = Mutex(0)
    let database = try await open { commits.withLock { $0 += 1 } }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<500 {
        group.addTask { _ = try await database.write { try $0.run("INSERT INTO step VALUES('a', ?)", number) } }
      }
      try await group.waitForAll()
    }
    let rings = commits.withLock { $0 }
    #expect(rings > 0 && rings < 500)
    #expect(try await count(database) == 500)
    await database.close()
  }

  @Test func `the bell rings only once the rows can be seen by others`() async throws {
    let path = folder.file()
    let seen = Mutex<[Int64]>([])
    let database = try await open {
      let other = try? CachedConnection(Connection(path: path, mode: .readOnly))
      let count = try? other?.first("SELECT count(*) FROM step") { $0.int64(0) }
      seen.withLock { $0.append((count ?? nil) ?? -1) }
    }
    for number in 0..<3 { _ = try await database.write { try $0.run("INSERT INTO step VALUES('a', ?)", number) } }
    #expect(seen.withLock { $0 } == [1, 2, 3])
    await database.close()
  }

  @Test func `a body that throws is rolled back without effect on others`() async throws {
    struct Stop: Error {}
    let database = try await open()
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<200 {
        group.addTask {
          do {
            try await database.write { connection in
              try connection.run("INSERT INTO step VALUES('a', ?)", number)
              if number % 2 == 1 { throw Stop() }
            }
            return true
          } catch { return false }
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(outcomes == 100)
    let odd = try await database.read { try $0.first("SELECT count(*) FROM step WHERE number % 2") { $0.int64(0) } }
    #expect(odd == 0)
    #expect(try await count(database) == 100)
    await database.close()
  }

  @Test func `a constraint fails one write with its reason`() async throws {
    let database = try await open()
    _ = try await database.write { try $0.run("INSERT INTO step VALUES('a', 1)") }
    let error = await #expect(throws: SQLiteError.self) {
      try await database.write { try $0.run("INSERT INTO step VALUES('a', 1)") }
    }
    #expect(error?.isConstraint == true)
    await database.close()
  }

  @Test func `a full disk fails the write and the next one works`() async throws {
    let database = try await open()
    try await database.write { connection in
      _ = try connection.first("PRAGMA max_page_count = 10") { $0.int64(0) }
    }
    let error = await #expect(throws: SQLiteError.self) {
      try await database.write { try $0.run("INSERT INTO step VALUES(hex(zeroblob(100000)), 1)") }
    }
    #expect(error?.isFull == true)
    _ = try await database.write { try $0.run("INSERT INTO step VALUES('small', 1)") }
    #expect(try await count(database) == 1)
    try await database.quickCheck()
    await database.close()
  }

  @Test func `a read sees one state while writes go on`() async throws {
    let database = try await open()
    let (halfway, reached) = AsyncStream.makeStream(of: Void.self)
    let gate = Gate()
    async let counts = database.read { connection in
      let before = try connection.first("SELECT count(*) FROM step") { $0.int64(0) }
      reached.finish()
      gate.wait()
      return [before, try connection.first("SELECT count(*) FROM step") { $0.int64(0) }]
    }
    for await _ in halfway {}
    _ = try await database.write { try $0.run("INSERT INTO step VALUES('a', 1)") }
    gate.open()
    #expect(try await counts == [0, 0])
    #expect(try await count(database) == 1)
    await database.close()
  }

  @Test func `a read that tries to write is refused`() async throws {
    let database = try await open()
    let error = await #expect(throws: SQLiteError.self) {
      try await database.read { try $0.run("DELETE FROM step") }
    }
    #expect(error?.isReadOnly == true)
    await database.close()
  }

  @Test func `two databases on one file both make progress`() async throws {
    let left = try await open()
    let right = try await open()
    let race = Race()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        let database = task % 2 == 0 ? left : right
        group.addTask {
          var number = 0
          while !race.isOver {
            let step = number
            _ = try await database.write { try $0.run("INSERT INTO step VALUES(?, ?)", "\(task)", step) }
            race.count(task % 2)
            number += 1
          }
        }
      }
      try await group.waitForAll()
    }
    let (slower, faster) = race.result
    #expect(slower >= 50)
    #expect(faster < 20 * slower)
    #expect(try await count(left) == Int64(slower + faster))
    await left.close()
    await right.close()
  }

  @Test func `a closed database refuses and closing again is harmless`() async throws {
    let database = try await open()
    await database.close()
    await database.close()
    let write = await #expect(throws: SQLiteError.self) { try await database.write { try $0.run("DELETE FROM step") } }
    #expect(write?.reason == .closed)
    let read = await #expect(throws: SQLiteError.self) { try await count(database) }
    #expect(read?.reason == .closed)
    #expect(throws: (any Error).self, "the log was folded into the file") { try folder.bytes("test.db-wal") }
  }

  @Test func `work that waits when a database is closed is still done`() async throws {
    let database = try await open()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<100 {
        group.addTask { _ = try await database.write { try $0.run("INSERT INTO step VALUES('a', ?)", number) } }
      }
      try await group.next()
      await database.close()
      while true {
        do { if try await group.next() == nil { break } } catch let error as SQLiteError {
          #expect(error.reason == .closed)
        }
      }
    }
    let again = try await open()
    #expect(try await count(again) ?? 0 >= 1)
    await again.close()
  }
}

/// Blocks a thread until it is opened.
final class Gate: Sendable {
  private let isOpen = Atomic(false)
  func open() { isOpen.store(true, ordering: .releasing) }
  func wait() { while !isOpen.load(ordering: .acquiring) {} }
}

/// The laps of two runners: over once both have run 50, or one so many that the other is starved.
final class Race: Sendable {
  private let laps = Mutex([0, 0])
  var result: (slower: Int, faster: Int) { laps.withLock { (min($0[0], $0[1]), max($0[0], $0[1])) } }
  var isOver: Bool { result.slower >= 50 || result.faster >= 5000 }
  func count(_ runner: Int) { laps.withLock { $0[runner] += 1 } }
}

extension DatabaseTests {
  @Test func `a write that need not be durable is seen at once, and survives its database`() async throws {
    let folder = try TemporaryFolder()
    let database = try await Database(path: folder.file(), schema: ["CREATE TABLE t (a INTEGER)"])
    for number in 0..<20 {
      _ = try await database.write(durably: number % 3 == 0) { try $0.run("INSERT INTO t VALUES (?)", number) }
      let seen = try await database.read { try $0.first("SELECT count(*) FROM t") { $0.int64(0) } }
      #expect(seen == Int64(number + 1))
    }
    await database.close()
    let again = try await Database(path: folder.file(), schema: ["CREATE TABLE t (a INTEGER)"])
    let sum = try await again.read { try $0.first("SELECT sum(a) FROM t") { $0.int64(0) } }
    #expect(sum == 190)
    await again.close()
  }
}
