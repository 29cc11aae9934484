import FoundationEssentials
import SQLite
import Testing

@Suite struct LeakTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test(.enabled(if: canMeasureMemory)) func `a thousand connections leak neither descriptors nor memory`() async {
    // In a process of its own: parallel tests use memory too.
    await #expect(processExitsWith: .success) { try useAThousandConnections() }
  }

  @Test func `closed databases leak no descriptors`() async throws {
    for number in 0..<50 {
      let database = try await Database(path: folder.file(), schema: ["CREATE TABLE t(a)"])
      _ = try await database.write { try $0.run("INSERT INTO t VALUES(?)", number) }
      await database.close()
    }
    #expect(try openFiles(in: folder) == 0)
  }

  @Test func `databases that can't be opened leak no descriptors`() async throws {
    try folder.write([UInt8](repeating: 7, count: 5000))
    for _ in 0..<50 {
      await #expect(throws: SQLiteError.self) { try await Database(path: folder.file(), schema: []) }
    }
    // Their threads end by themselves; each closes its connection before the error is thrown.
    #expect(try openFiles(in: folder) == 0)
  }

  @Test func `too many waiting requests are refused`() async throws {
    let database = try await Database(path: folder.file(), schema: ["CREATE TABLE t(a)"], readerCount: 1)
    let gate = Gate()
    let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<(Database.longestQueue + 10) {
        group.addTask {
          do {
            try await database.read { _ in gate.wait() }
            return false
          } catch let error as SQLiteError {
            gate.open()
            return error.reason == .overloaded
          }
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(refused >= 1)
    await database.close()
  }
}

/// Descriptors of this process on files of a folder, so that those of parallel tests do not count.
private func openFiles(in folder: TemporaryFolder) throws -> Int {
  try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { name in
    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name)
    return target?.hasPrefix(folder.path) == true
  }.count
}

private func useAThousandConnections() throws {
  let folder = try TemporaryFolder()
  func once() throws {
    let cached = CachedConnection(try Connection(path: folder.file()))
    try cached.run("CREATE TABLE IF NOT EXISTS t(a)")
    _ = try? cached.run("INSERT INTO missing VALUES(?)", [UInt8](repeating: 1, count: 1000))
    _ = try cached.query("SELECT ?", String(repeating: "x", count: 10_000)) { $0.string(0) }
    _ = try? Connection(path: folder.file("missing/test.db"))
  }
  for _ in 0..<200 { try once() }
  let before = try residentKibibytes()
  for _ in 0..<1000 { try once() }
  #expect(try residentKibibytes() - before < 24 << 10)
  #expect(try openFiles(in: folder) == 0)
}
