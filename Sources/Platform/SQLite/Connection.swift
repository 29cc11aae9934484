internal import CSQLite
internal import Glibc

/// One open database file, owned by exactly one thread at a time and closed when it goes out of scope.
///
/// Calls block; they belong on a thread of their own (`Database`), never on Swift's cooperative pool.
public struct Connection: ~Copyable {
  /// How the file is opened.
  public enum Mode: Sendable {
    /// For reading and writing; the file is created if there is none.
    case readWrite
    /// For reading an existing file. Beside a file in WAL mode, SQLite makes a `-shm` if there is none.
    case readOnly
    /// For reading an existing file that no process writes meanwhile: no locks, and no file beside it.
    case immutable
  }

  let handle: OpaquePointer
  /// The file as it was named on opening.
  public let path: String

  /// Opens the file; nothing in it is read or written yet.
  ///
  /// - Throws: `.cannotOpen` for a path that is empty, holds a NUL, is missing (read-only) or not allowed;
  ///   `.notADatabase` for a file too short to be one.
  public init(path: String, mode: Mode = .readWrite) throws(SQLiteError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw SQLiteError(reason: .cannotOpen, message: "the path is empty or holds a NUL", path: path)
    }
    // SQLite takes a file of one byte for a new database and overwrites it.
    var found = stat()
    if stat(path, &found) == 0 {
      // Opening a pipe would wait for its other end.
      guard [S_IFREG, S_IFDIR].contains(found.st_mode & S_IFMT) else {
        throw SQLiteError(reason: .notAFile, message: "a pipe, a socket or a device", path: path)
      }
      if found.st_mode & S_IFMT == S_IFREG, found.st_size > 0, found.st_size < 100 {
        throw SQLiteError(reason: .notADatabase, message: "only \(found.st_size) bytes long", path: path)
      }
    }
    var opened: OpaquePointer?
    let access =
      switch mode {
      case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      case .readOnly: SQLITE_OPEN_READONLY
      case .immutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
      }
    let name = mode == .immutable ? Self.immutableURI(path) : path
    let code = sqlite3_open_v2(name, &opened, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard code == SQLITE_OK, let opened else {
      let words = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      let system = opened.map { sqlite3_system_errno($0) } ?? 0
      sqlite3_close_v2(opened)
      throw SQLiteError(code: code, systemError: system, message: words, sql: "", path: path)
    }
    handle = opened
    self.path = path
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs one or more statements without values and without rows.
  public func execute(_ sql: String) throws(SQLiteError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code, sql) }
  }

  /// Compiles exactly one statement.
  ///
  /// - Throws: `.misuse` for a mistake in the statement, and for text after its end, which SQLite would ignore.
  public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    var prepared: OpaquePointer?
    var rest = ""
    let code = sql.withCString { start in
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v3(handle, start, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, &tail)
      if let tail { rest = String(cString: tail) }
      return code
    }
    guard code == SQLITE_OK else { throw failure(code, sql) }
    let isAlone = rest.allSatisfy { $0.isWhitespace || $0 == ";" }
    guard let prepared, isAlone else {
      sqlite3_finalize(prepared)
      let words = prepared == nil ? "no statement" : "more than one statement"
      throw SQLiteError(reason: .misuse, message: words, sql: sql, path: path)
    }
    return Statement(handle: prepared)
  }

  /// Rows changed by the latest INSERT, UPDATE or DELETE.
  public var changes: Int { Int(sqlite3_changes64(handle)) }
  /// The row number that the latest INSERT into an ordinary table gave.
  public var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(handle) }
  /// True between BEGIN and COMMIT or ROLLBACK.
  public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// How long a statement waits for another connection's lock before it throws `.busy`.
  public func setBusyTimeout(milliseconds: Int32) { sqlite3_busy_timeout(handle, milliseconds) }

  /// Runs the body between BEGIN IMMEDIATE and COMMIT; an error rolls everything back and is thrown on.
  public func transaction<Value>(_ body: (borrowing Connection) throws -> Value) throws -> Value {
    try execute("BEGIN IMMEDIATE")
    do {
      let value = try body(self)
      try execute("COMMIT")
      return value
    } catch {
      rollBack()
      throw error
    }
  }

  /// Undoes the open transaction, if SQLite has not done so itself (it does when the disk is full).
  func rollBack() {
    if isInTransaction { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
  }

  /// Looks through the whole file for damage; takes time in proportion to its size.
  ///
  /// - Throws: `.corrupt` or `.notADatabase`, with the first findings.
  public func quickCheck() throws(SQLiteError) {
    let check = try prepare("PRAGMA quick_check(5)")
    var findings: [String] = []
    while try check.step() { findings.append(check.row.string(0)) }
    guard findings == ["ok"] else {
      let words = findings.joined(separator: "; ")
      throw SQLiteError(code: SQLITE_CORRUPT, message: words, sql: "PRAGMA quick_check", path: path)
    }
  }

  private static func immutableURI(_ path: String) -> String {
    var name = path.hasPrefix("/") ? "file://" : "file:"
    for character in path {
      switch character {
      case "%": name += "%25"
      case "?": name += "%3f"
      case "#": name += "%23"
      default: name.append(character)
      }
    }
    return name + "?immutable=1"
  }

  private func failure(_ code: Int32, _ sql: String) -> SQLiteError {
    SQLiteError(
      code: code, systemError: sqlite3_system_errno(handle), message: String(cString: sqlite3_errmsg(handle)),
      sql: sql, path: path)
  }
}
