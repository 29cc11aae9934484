internal import CSQLite

/// Why a database could not be used: the file, the statement, SQLite's message, and what to do.
public struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of error, for programs.
  public enum Reason: Sendable, Hashable {
    /// Another connection holds the lock; trying again later may succeed.
    case busy
    /// The disk, or the limit on the file's pages, is full.
    case full
    /// The file, its folder or the connection does not allow writing.
    case readOnly
    /// The file is damaged, for example cut short.
    case corrupt
    /// The file is something else than a SQLite database.
    case notADatabase
    /// The file cannot be opened or created.
    case cannotOpen
    /// A constraint of the schema refused a row.
    case constraint
    /// The disk failed to read or write.
    case inputOutput
    /// The file was written by a program whose schema is newer than this one's.
    case newerSchema(found: Int64, known: Int64)
    /// The file was written by a program whose schema is older than this one's, and was opened for reading alone.
    case olderSchema(found: Int64, known: Int64)
    /// The file's last writer was killed, and its log can't be read without permission to write.
    case unreadableLog
    /// The database was closed before the call.
    case closed
    /// Too many calls wait already; nothing was queued.
    case overloaded
    /// The statement or the call is wrong: a mistake in the program.
    case misuse
    /// Anything else; see `code` and `message`.
    case other
  }

  public let reason: Reason
  /// SQLite's extended result code; zero if SQLite was not called.
  public let code: Int32
  /// SQLite's message.
  public let message: String
  /// The statement concerned, cut to 300 characters; empty when there is none.
  public let sql: String
  /// The database file.
  public let path: String

  init(reason: Reason, message: String, sql: String = "", path: String) {
    self.reason = reason
    code = 0
    self.message = message
    self.sql = String(sql.prefix(300))
    self.path = path
  }

  init(code: Int32, message: String, sql: String, path: String) {
    reason = Reason(code: code)
    self.code = code
    self.message = message
    self.sql = String(sql.prefix(300))
    self.path = path
  }

  /// True when another connection held the lock for too long; a later try may succeed.
  public var isBusy: Bool { reason == .busy }
  /// True when there is no room left to write.
  public var isFull: Bool { reason == .full }
  /// True when writing is not allowed.
  public var isReadOnly: Bool { reason == .readOnly }
  /// True when the file is damaged.
  public var isCorrupt: Bool { reason == .corrupt }
  /// True when the file is something else than a SQLite database.
  public var isNotADatabase: Bool { reason == .notADatabase }
  /// True when the schema refused a row, for example a second one with the same key.
  public var isConstraint: Bool { reason == .constraint }

  /// One sentence with the file and what to do, then SQLite's message; the statement where it is to blame.
  public var description: String {
    // A damaged file is met by whatever statement reads it: which one says nothing to a person.
    let place = sql.isEmpty || isCorrupt || isNotADatabase ? "" : " in “\(sql)”"
    let number = code == 0 ? "" : "SQLite \(code): "
    return "database \(path): \(advice) (\(number)\(message)\(place))"
  }

  private var advice: String {
    switch reason {
    case .busy: "another process holds its lock; try again, or end the process that hangs"
    case .full: "no room left to write; free disk space and try again, nothing was changed"
    case .readOnly: "not writable; give this user the right to write the file and its folder"
    case .corrupt: "the file is damaged; move it aside and restore a copy, it was not changed"
    case .notADatabase: "the file is not a SQLite database; choose another path, it was not changed"
    case .cannotOpen: "cannot be opened; check that its folder exists and that this user may read and write it"
    case .constraint: "a row breaks a rule of the schema"
    case .inputOutput: "the disk failed; check the device and its mount, then try again"
    case .newerSchema(let found, let known):
      "written by a newer version (schema \(found), this program knows up to \(known)); upgrade this program"
    case .olderSchema(let found, let known):
      "written by an older version (schema \(found), this program has \(known)); open it for writing once"
    case .unreadableLog:
      "the process that wrote it last was killed and left a log beside it, which can't be read here without the right "
        + "to write; let a user who has that right open it for writing once"
    case .closed: "already closed; open it again"
    case .overloaded: "too many calls wait; send fewer at once"
    case .misuse: "the statement cannot be used; correct it in the program"
    case .other: "the call failed"
    }
  }
}

extension SQLiteError.Reason {
  fileprivate init(code: Int32) {
    switch code & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
    case SQLITE_FULL: self = .full
    case SQLITE_READONLY, SQLITE_PERM: self = .readOnly
    case SQLITE_CORRUPT: self = .corrupt
    case SQLITE_NOTADB: self = .notADatabase
    case SQLITE_CANTOPEN: self = .cannotOpen
    case SQLITE_CONSTRAINT: self = .constraint
    case SQLITE_IOERR: self = .inputOutput
    case SQLITE_MISUSE, SQLITE_RANGE, SQLITE_ERROR: self = .misuse
    default: self = .other
    }
  }
}
