internal import CSQLite

/// A compiled statement, finalized when it goes out of scope; it lives on its connection's thread.
///
/// Parameters count from one and columns from zero, as in SQLite.
public struct Statement: ~Copyable {
  let handle: OpaquePointer

  deinit { sqlite3_finalize(handle) }

  /// How many values the statement wants.
  public var parameterCount: Int { Int(sqlite3_bind_parameter_count(handle)) }

  /// Binds a whole number.
  public func bind(_ value: Int64, at position: Int) throws(SQLiteError) {
    try check(sqlite3_bind_int64(handle, Int32(position), value))
  }

  /// Binds a floating-point number.
  public func bind(_ value: Double, at position: Int) throws(SQLiteError) {
    try check(sqlite3_bind_double(handle, Int32(position), value))
  }

  /// Binds text, NUL characters included.
  public func bind(_ value: String, at position: Int) throws(SQLiteError) {
    var value = value
    let code = value.withUTF8 { text in
      text.isEmpty
        ? sqlite3_bind_text(handle, Int32(position), "", 0, transient)
        : text.withMemoryRebound(to: CChar.self) {
          sqlite3_bind_text64(handle, Int32(position), $0.baseAddress, UInt64($0.count), transient, UInt8(SQLITE_UTF8))
        }
    }
    try check(code)
  }

  /// Binds bytes.
  public func bind(_ value: [UInt8], at position: Int) throws(SQLiteError) {
    let code = value.withUnsafeBytes { bytes in
      // A nil base address would bind NULL, not the empty blob.
      bytes.isEmpty
        ? sqlite3_bind_zeroblob(handle, Int32(position), 0)
        : sqlite3_bind_blob64(handle, Int32(position), bytes.baseAddress, UInt64(bytes.count), transient)
    }
    try check(code)
  }

  /// Binds NULL; positions count from 1.
  public func bindNull(at position: Int) throws(SQLiteError) {
    try check(sqlite3_bind_null(handle, Int32(position)))
  }

  /// Goes to the next row; true when there is one to be read.
  public func step() throws(SQLiteError) -> Bool {
    let code = sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw failure(code)
    }
  }

  /// Runs to the end, passing over rows, and makes the statement ready for the next run.
  public func run() throws(SQLiteError) {
    defer { reset() }
    while try step() {}
  }

  /// Makes the statement ready for the next run and drops the bound values.
  public func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  /// The row that the latest `step` found; valid until the next call on the statement.
  public var row: Row { Row(handle: handle) }

  private func check(_ code: Int32) throws(SQLiteError) {
    guard code == SQLITE_OK else { throw failure(code) }
  }

  func failure(_ code: Int32) -> SQLiteError {
    let database = sqlite3_db_handle(handle)
    let path = sqlite3_db_filename(database, "main").map { String(cString: $0) } ?? ""
    let words = String(cString: sqlite3_errmsg(database))
    return SQLiteError(
      code: code, systemError: sqlite3_system_errno(database), message: words,
      sql: String(cString: sqlite3_sql(handle)), path: path)
  }
}

/// SQLITE_TRANSIENT (SQLite copies at once): a cast that Swift does not import, and not Sendable if it were stored.
private var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
