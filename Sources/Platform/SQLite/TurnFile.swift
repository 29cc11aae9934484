internal import Glibc
internal import Synchronization
internal import Threads

/// The side file whose lock processes pass around, so that writers take turns.
///
/// SQLite's own waiting (`busy_timeout`) sleeps and polls, which starves one of two busy writers; the kernel's queue on
/// `flock` does not. The lock only improves fairness: SQLite's lock keeps the file whole. A process that is stopped
/// while it holds the turn holds up the others, as it would by SQLite's lock; they give up in time, and name it.
final class TurnFile: Sendable {
  /// How long a writer waits for its turn.
  struct Patience: Sendable {
    /// Behind processes that run, or that can't be seen.
    var usual = Duration.seconds(30)
    /// Behind a process that is stopped.
    var behindStopped = Duration.seconds(4)
  }

  private struct Queue {
    /// A thread stands in the kernel's queue.
    var isQueued = false
    /// A writer waits for that thread.
    var isWanted = false
    /// The thread has got the turn for the writer.
    var isTaken = false
  }

  private static let isEnding = Atomic(false)

  private let descriptor: Int32
  private let database: String
  private let patience: Patience
  private let queue = Monitor(Queue())

  init(database path: String, patience: Patience = Patience()) throws(SQLiteError) {
    database = path
    self.patience = patience
    descriptor = open(path + "-turn", O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
    let code = errno
    guard descriptor >= 0 else { throw SQLiteError(opening: path + "-turn", code, path: path) }
  }

  deinit { _ = close(descriptor) }

  /// Ends every wait of this process, now and later, with an error.
  static func endWaits() { isEnding.store(true, ordering: .releasing) }

  /// Waits for the turn, blocking the thread, and keeps it while the body runs.
  /// - Throws: a `SQLiteError` that names the process that does not pass the turn on, and what the body throws.
  func take<Value>(_ body: () throws -> Value) throws -> Value {
    if !takeAtOnce() { try takeInQueue() }
    defer { _ = flock(descriptor, LOCK_UN) }
    return try body()
  }

  private func takeAtOnce() -> Bool {
    // The thread in the queue shares the descriptor and with it the lock.
    if queue.withLock({ $0.isQueued }) { return false }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 { if errno != EINTR { return false } }
    return true
  }

  /// `flock` knows no time limit, so a thread of its own stands in the queue; it stays there if this one gives up.
  private func takeInQueue() throws(SQLiteError) {
    let mustStart = queue.withLock { (queue: inout Queue) -> Bool in
      defer { queue.isQueued = true }
      queue.isWanted = true
      return !queue.isQueued
    }
    if mustStart {
      OwnThread.require("sqlite-turn") { [self] in
        while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
        queue.change { queue in
          queue.isQueued = false
          queue.isTaken = queue.isWanted
          if !queue.isWanted { _ = flock(descriptor, LOCK_UN) }
        }
      }
    }
    let begun = ContinuousClock.now
    while true {
      let isMine = queue.wait(milliseconds: 200) { (queue: inout Queue) -> Bool? in
        guard queue.isTaken else { return nil }
        queue.isTaken = false
        queue.isWanted = false
        return true
      }
      if isMine == true { return }
      guard let problem = problem(after: ContinuousClock.now - begun) else { continue }
      // It may have come in between.
      let isHere = queue.withLock { (queue: inout Queue) -> Bool in
        defer { (queue.isTaken, queue.isWanted) = (false, false) }
        return queue.isTaken
      }
      if isHere { return }
      throw problem
    }
  }

  private func problem(after waited: Duration) -> SQLiteError? {
    let holder = TurnHolder(of: descriptor)
    if Self.isEnding.load(ordering: .acquiring) {
      return SQLiteError(reason: .busy, message: "ended while it waited for \(holder.words)", path: database)
    }
    if holder.isStopped, waited >= patience.behindStopped {
      return SQLiteError(reason: .heldByStopped(holder.process), message: "its lock is not passed on", path: database)
    }
    guard waited >= patience.usual else { return nil }
    return SQLiteError(
      reason: .busy, message: "\(holder.words) has kept it for \(waited.components.seconds) s", path: database)
  }
}

/// The process that holds the lock on a file, as the kernel lists it.
private struct TurnHolder {
  /// Its number; 0 if it can't be seen from here, as from another container.
  let process: Int32

  init(of descriptor: Int32) {
    var found = stat()
    guard fstat(descriptor, &found) == 0 else {
      process = 0
      return
    }
    let inode = String(found.st_ino)
    var holder: Int32 = 0
    // 12: FLOCK  ADVISORY  WRITE 4711 fd:01:1234 0 EOF. Those who wait have an arrow before the kind.
    for line in Self.text(of: "/proc/locks").split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 6, words[1] == "FLOCK", words[5].hasSuffix(":" + inode) else { continue }
      holder = Int32(words[4]) ?? 0
    }
    process = max(0, holder)
  }

  var words: String { process > 0 ? "process \(process)" : "another process" }

  /// Whether it is stopped, as by Ctrl-Z.
  var isStopped: Bool {
    guard process > 0 else { return false }
    // 4711 (its name) T …
    let facts = Self.text(of: "/proc/\(process)/stat")
    guard let end = facts.lastIndex(of: ")") else { return false }
    return facts[end...].dropFirst(2).first == "T"
  }

  private static func text(of path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { _ = close(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 16_384)
    while bytes.count < 4 << 20 {
      let count = read(file, &part, part.count)
      if count <= 0 { break }
      bytes += part[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
