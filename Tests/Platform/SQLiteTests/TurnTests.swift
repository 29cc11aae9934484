import Glibc
import Testing

@testable import SQLite

@Suite(.timeLimit(.minutes(1))) struct TurnTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let brief = TurnFile.Patience(usual: .milliseconds(1), behindStopped: .milliseconds(1))

  @Test func `a process that keeps the turn is named, and the turn comes after it`() throws {
    let turn = try TurnFile(database: folder.file(), patience: Self.brief)
    let other = open(folder.file("test.db-turn"), O_RDWR)
    try #require(flock(other, LOCK_EX) == 0)
    for _ in 0..<2 {
      let error = #expect(throws: SQLiteError.self) { try turn.take { Issue.record("it is taken") } }
      #expect(error?.reason == .busy)
      #expect(error?.description.contains("process \(getpid()) has kept it") == true)
    }
    close(other)
    let patient = try TurnFile(database: folder.file())
    for _ in 0..<3 { #expect(try patient.take { 7 } == 7) }
  }

  @Test func `a stopped process is named with what to do`() throws {
    let turn = try TurnFile(database: folder.file(), patience: TurnFile.Patience(behindStopped: .milliseconds(1)))
    let script = """
      import fcntl, os, signal, sys
      file = open(sys.argv[1], "a")
      fcntl.flock(file, fcntl.LOCK_EX)
      os.kill(os.getpid(), signal.SIGSTOP)
      """
    let command = ["python3", "-c", script, folder.file("test.db-turn")]
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    try #require(posix_spawnp(&child, "python3", nil, nil, words, nil) == 0)
    var status: Int32 = 0
    try #require(waitpid(child, &status, WUNTRACED) == child)
    let error = #expect(throws: SQLiteError.self) { try turn.take { Issue.record("it is taken") } }
    #expect(error?.reason == .heldByStopped(child))
    #expect(error?.description.contains("`kill -CONT \(child)`") == true)
    kill(child, SIGKILL)
    try #require(waitpid(child, &status, 0) == child)
    #expect(try turn.take { 7 } == 7)
  }

  @Test func `a pipe in the place of the file is refused, not waited for`() async throws {
    try #require(mkfifo(folder.file(), 0o600) == 0)
    let writing = await #expect(throws: SQLiteError.self) { _ = try await Database(path: folder.file(), schema: []) }
    #expect(writing?.reason == .notAFile)
    let looking = await #expect(throws: SQLiteError.self) {
      _ = try await Database(readingOnly: folder.file(), schema: [])
    }
    #expect(looking?.reason == .notAFile)
  }

  @Test func `a limit on files is the cause where SQLite has lost the error's number`() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
      precondition(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      let error = SQLiteError(code: 778, message: "", sql: "", path: "x")
      precondition(error.reason == .fileLimit && error.description.contains("ulimit -f"))
    }
  }

  @Test func `the cause of an error is what the system says`() {
    func reason(_ error: Int32, _ code: Int32) -> SQLiteError.Reason {
      SQLiteError(code: code, systemError: error, message: "", sql: "", path: "x").reason
    }
    // SQLITE_IOERR_SHMSIZE, SQLITE_CANTOPEN, SQLITE_IOERR_WRITE.
    #expect(reason(ENOSPC, 4874) == .full && reason(ENOSPC, 14) == .full && reason(EMFILE, 14) == .tooManyFiles)
    // SQLITE_PROTOCOL.
    #expect(reason(0, 15) == .busy)
    #expect(reason(EFBIG, 778) == .fileLimit && reason(EIO, 778) == .inputOutput && reason(0, 14) == .cannotOpen)
  }
}
