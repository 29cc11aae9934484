internal import CLinux
internal import Glibc
internal import Journal
internal import PaperModel

/// A worker's file in `DIR/workers`, locked as long as its process lives, with two times in it. A dead worker has no
/// file, or an unlocked one.
///
/// The kernel frees the lock of a killed process at once. A frozen process keeps its lock, so the times decide.
/// Neither needs to survive a power cut, so nothing is synchronised to the disk.
struct WorkerFile: ~Copyable {
  /// The two times in the file, eight bytes each.
  struct Times: Sendable {
    /// The worker's heartbeat: microseconds since 1970 by the journal's clock; zero for none.
    var beat: Int64 = 0
    /// When its process last ran: nanoseconds of the machine's monotonic clock, which all its processes share.
    var pulse: Int64 = 0
  }

  /// What the names of workers' files end with.
  static let suffix = ".lock"

  private let descriptor: Int32
  private let path: String

  /// Creates the worker's file and locks it.
  init(folder: String, worker: WorkerID) throws(EmbeddedStoreError) {
    let path = try Self.path(of: worker, in: folder)
    // Repeated if another process removed the file between its opening and its locking.
    for _ in 0..<100 {
      let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
      guard opened >= 0 else {
        let code = errno
        throw Self.failure("can't be created", path, code)
      }
      guard clinux_lock_file(opened) == 0 else {
        let code = errno
        _ = close(opened)
        if code == EAGAIN || code == EACCES {
          throw EmbeddedStoreError(
            "\(path) is locked: a worker named \(worker) is at work; give each life of a process its own name.")
        }
        throw Self.failure("can't be locked", path, code)
      }
      var mine = stat()
      var there = stat()
      if fstat(opened, &mine) == 0, lstat(path, &there) == 0, mine.st_ino == there.st_ino {
        descriptor = opened
        self.path = path
        write(Times())
        return
      }
      _ = close(opened)
    }
    throw EmbeddedStoreError("\(path) keeps disappearing; end what removes files in its folder.")
  }

  deinit { _ = close(descriptor) }

  func write(_ times: Times) {
    write(times.beat, at: 0)
    write(times.pulse, at: 8)
  }
  func writeBeat(_ beat: Int64) { write(beat, at: 0) }
  func writePulse(_ pulse: Int64) { write(pulse, at: 8) }

  /// Removes the file while it is still locked.
  func remove() { _ = unlink(path) }

  // If the time can't be written the worker looks stale, which wastes work and breaks nothing.
  private func write(_ time: Int64, at offset: Int) {
    var time = time
    _ = pwrite(descriptor, &time, 8, off_t(offset))
  }

  /// The times of a worker whose process holds the lock; nil if no process holds it. Blocks for as long as a file
  /// call takes.
  static func look(at worker: WorkerID, in folder: String) throws(EmbeddedStoreError) -> Times? {
    let path = try path(of: worker, in: folder)
    // Opening for reading suffices: testing a lock needs no permission to take it.
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard opened >= 0 else {
      let code = errno
      if code == ENOENT { return nil }
      throw failure("can't be opened", path, code)
    }
    defer { _ = close(opened) }
    let isLocked = clinux_is_locked_elsewhere(opened)
    if isLocked < 0 { throw failure("can't be asked for its lock", path, errno) }
    guard isLocked == 1 else { return nil }
    var times = Times()
    _ = pread(opened, &times.beat, 8, 0)
    _ = pread(opened, &times.pulse, 8, 8)
    return times
  }

  /// Removes a file that is not locked.
  static func removeAbandoned(_ path: String) {
    let opened = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard opened >= 0 else { return }
    if clinux_lock_file(opened) == 0 { _ = unlink(path) }
    _ = close(opened)
  }

  private static func path(of worker: WorkerID, in folder: String) throws(EmbeddedStoreError) -> String {
    guard let name = worker.fileName else {
      throw EmbeddedStoreError("“\(worker.name.prefix(60))” can't name a worker; choose 1 to 80 letters and digits.")
    }
    return "\(folder)/\(name)\(suffix)"
  }

  private static func failure(_ what: String, _ path: String, _ code: Int32) -> EmbeddedStoreError {
    EmbeddedStoreError(
      "\(path) \(what) (\(String(cString: strerror(code)))); keep the data folder on a local disk with locks, where "
        + "this user may write.")
  }
}
