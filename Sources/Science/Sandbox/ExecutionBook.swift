import CLinux
import ChildProcesses
import Glibc
import PaperModel
import Synchronization

/// One small file for each attempt that was ever launched, which says what it used: the sandbox's own count, written
/// while the program runs. It answers what an attempt cost whose worker was killed.
///
/// A file gets its name, exclusively, before its program starts. So whoever names it first for a lost attempt seals it:
/// a worker that thaws later finds its attempt sealed and launches nothing.
struct ExecutionBook: Sendable {
  let folder: String

  /// An execution that is being made. Its file stays locked for as long as this lives, and the process.
  final class Page: Sendable {
    private let descriptor: Int32
    private let most = Mutex<Int64>(0)
    init(descriptor: Int32) { self.descriptor = descriptor }
    deinit { Glibc.close(descriptor) }

    /// Notes the processor time so far. Not synchronised: it must outlive the process, not the machine. A look that
    /// comes late, after the exact figure at the end, changes nothing.
    func note(cpuNanoseconds: Int64) {
      most.withLock { most in
        guard cpuNanoseconds > most else { return }
        most = cpuNanoseconds
        let text = Array(ExecutionBook.number(cpuNanoseconds).utf8)
        _ = retryingInterrupts { pwrite(descriptor, text, text.count, ExecutionBook.meterOffset) }
      }
    }

    /// Notes the exact figure, and nothing after it.
    func close(withNanoseconds nanoseconds: Int64) {
      most.withLock { most in
        most = .max
        let text = Array(ExecutionBook.number(nanoseconds).utf8)
        _ = retryingInterrupts { pwrite(descriptor, text, text.count, ExecutionBook.meterOffset) }
      }
    }
  }

  /// What a page says.
  enum Entry: Equatable {
    case sealed
    case running
    case used(cpuNanoseconds: Int64, cpuSecond: Money)
  }

  private static let meterOffset = 0
  private static let sealMark = "sealed, was never launched   "

  init(folder: String) throws(SandboxError) {
    self.folder = folder
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
      throw .record(path: folder, code: errno, afterwards: false)
    }
  }

  /// Opens the page of an attempt; nil where it is sealed, or was launched before.
  /// - Parameter cpuSecond: the price of a second of processor, noted for whoever settles it.
  func open(_ attempt: StepAttempt, cpuSecond: Money) throws(SandboxError) -> Page? {
    try create(attempt, Self.number(0) + " \(cpuSecond.nanodollars) \(attempt)\n").map { Page(descriptor: $0) }
  }

  /// What became of an attempt whose worker was lost; where it was never launched, it never will be.
  func settle(_ attempt: StepAttempt) throws(SandboxError) -> Entry {
    if let descriptor = try create(attempt, Self.sealMark + " \(attempt)\n") {
      close(descriptor)
      return .sealed
    }
    let descriptor = retryingInterrupts { Glibc.open(path(attempt), O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw .record(path: path(attempt), code: errno, afterwards: true) }
    defer { close(descriptor) }
    if clinux_is_locked_elsewhere(descriptor) == 1 { return .running }
    let head = String(decoding: Pipe.readAll(descriptor, limit: 4096), as: UTF8.self)
    if head.hasPrefix(Self.sealMark) { return .sealed }
    let words = head.split(separator: " ")
    guard words.count > 2, let nanoseconds = Int64(words[0]), nanoseconds >= 0, let price = Int64(words[1]), price >= 0
    else { throw .record(path: path(attempt), code: EILSEQ, afterwards: true) }
    return .used(cpuNanoseconds: nanoseconds, cpuSecond: Money(nanodollars: price))
  }

  /// Creates the page of an attempt with its first line, locked; nil where there is one. It gets its name by link, so
  /// that nobody ever sees it without its lock and its line.
  private func create(_ attempt: StepAttempt, _ line: String) throws(SandboxError) -> Int32? {
    let aside = "\(folder)/.\(getpid())-\(UInt64.random(in: 0 ... .max))"
    let descriptor = retryingInterrupts { Glibc.open(aside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else { throw .record(path: aside, code: errno, afterwards: false) }
    defer { unlink(aside) }
    let text = Array(line.utf8)
    guard clinux_lock_file(descriptor) == 0, write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0,
      link(aside, path(attempt)) == 0
    else {
      let code = errno
      close(descriptor)
      if code == EEXIST { return nil }
      throw .record(path: path(attempt), code: code, afterwards: false)
    }
    return descriptor
  }

  private func path(_ attempt: StepAttempt) -> String {
    let plain = attempt.description.map { $0 == "/" || $0 == " " || $0 == "#" ? "-" : $0 }
    return "\(folder)/\(String(plain))"
  }

  private static func number(_ value: Int64) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
  }
}
