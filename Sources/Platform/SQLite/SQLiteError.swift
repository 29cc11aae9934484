internal import CSQLite
internal import Glibc

/// Why a database could not be used: the file, the statement, SQLite's message, and what to do.
public struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of error, for programs.
  public enum Reason: Sendable, Hashable {
    /// Another connection holds the lock; trying again later may succeed.
    case busy
    /// The process with this number holds the lock and is stopped.
    case heldByStopped(Int32)
    /// This process may not have more files open.
    case tooManyFiles
    /// A file would be larger than this process may write.
    case fileLimit
    /// The path names something else than a file.
    case notAFile
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

  /// - Parameter error: the error number of opening a file.
  init(opening file: String, _ error: Int32, path: String) {
    let reason = Reason(systemError: error) ?? .cannotOpen
    self.init(reason: reason, message: "\(file): \(String(cString: strerror(error)))", path: path)
  }

  /// - Parameter systemError: the number of the operating system's error behind it; 0 if there is none.
  init(code: Int32, systemError: Int32 = 0, message: String, sql: String, path: String) {
    reason = Reason(code: code, systemError).looked(at: path)
    self.code = code
    self.message = message
    self.sql = String(sql.prefix(300))
    self.path = path
  }

  /// True when another connection held the lock for too long; a later try may succeed.
  public var isBusy: Bool {
    switch reason {
    case .busy, .heldByStopped: true
    default: false
    }
  }
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
    case .heldByStopped(let process):
      "process \(process) is stopped while it writes, and holds up all others; let it go on with "
        + "`kill -CONT \(process)`, or end it with `kill -KILL \(process)`, and try again"
    case .tooManyFiles: "this process may open no more files; raise the limit: `ulimit -n 1024`"
    case .fileLimit: "this process may not write a file of that size; raise the limit: `ulimit -f unlimited`"
    case .notAFile: "that is no file; choose another path, it was not changed"
    case .full: "no room left to write; free disk space (and inodes, `df -i`) and try again, nothing was changed"
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
  fileprivate init(code: Int32, _ systemError: Int32) {
    switch code & 0xff {
    // PROTOCOL: for ten seconds another process kept a lock that is usually kept for microseconds.
    case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: self = .busy
    case SQLITE_FULL: self = Self(systemError: systemError) ?? .full
    case SQLITE_READONLY, SQLITE_PERM: self = .readOnly
    case SQLITE_CORRUPT: self = .corrupt
    case SQLITE_NOTADB: self = .notADatabase
    case SQLITE_CANTOPEN: self = Self(systemError: systemError) ?? .cannotOpen
    case SQLITE_CONSTRAINT: self = .constraint
    case SQLITE_IOERR: self = Self(systemError: systemError) ?? .inputOutput
    case SQLITE_MISUSE, SQLITE_RANGE, SQLITE_ERROR: self = .misuse
    default: self = .other
    }
  }

  /// A failure to open or to write whose error number SQLite has lost: what its surroundings tell now.
  fileprivate func looked(at path: String) -> Self {
    guard [.cannotOpen, .inputOutput].contains(self) else { return self }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    var disk = statvfs()
    if statvfs(folder, &disk) == 0, disk.f_bavail == 0 || disk.f_files > 0 && disk.f_favail == 0 { return .full }
    var limit = rlimit()
    if self == .inputOutput, getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0,
      limit.rlim_cur < 1 << 30
    {
      return .fileLimit
    }
    return self
  }

  /// What the operating system's error says more exactly than SQLite's code; nil where it says nothing more.
  fileprivate init?(systemError: Int32) {
    switch systemError {
    case ENOSPC, EDQUOT: self = .full
    case EROFS: self = .readOnly
    case EMFILE, ENFILE: self = .tooManyFiles
    case EFBIG: self = .fileLimit
    default: return nil
    }
  }
}
