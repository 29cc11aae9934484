import CLinux
import ChildProcesses
import Glibc
import PaperModel
import Synchronization

/// One small file for each attempt that was ever launched, which says what it used: the sandbox's own count, written
/// while the program runs. It answers what an attempt cost whose worker was killed.
///
/// A file is created exclusively before its program starts. So whoever creates it first for a lost attempt seals it:
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
    case used(cpuNanoseconds: Int64)
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
  func open(_ attempt: StepAttempt) throws(SandboxError) -> Page? {
    guard let descriptor = try create(attempt) else { return nil }
    let text = Array((Self.number(0) + " \(attempt)\n").utf8)
    guard clinux_lock_file(descriptor) == 0, write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0
    else {
      let code = errno
      close(descriptor)
      throw .record(path: path(attempt), code: code, afterwards: false)
    }
    return Page(descriptor: descriptor)
  }

  /// What became of an attempt whose worker was lost; where it was never launched, it never will be.
  func settle(_ attempt: StepAttempt) throws(SandboxError) -> Entry {
    if let descriptor = try create(attempt) {
      defer { close(descriptor) }
      let text = Array((Self.sealMark + " \(attempt)\n").utf8)
      guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else {
        throw .record(path: path(attempt), code: errno, afterwards: false)
      }
      return .sealed
    }
    let descriptor = retryingInterrupts { Glibc.open(path(attempt), O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw .record(path: path(attempt), code: errno, afterwards: true) }
    defer { close(descriptor) }
    if clinux_is_locked_elsewhere(descriptor) == 1 { return .running }
    let head = String(decoding: Pipe.readAll(descriptor, limit: 4096), as: UTF8.self)
    if head.isEmpty || head.hasPrefix(Self.sealMark) { return .sealed }
    guard let nanoseconds = Int64(head.prefix { $0 != " " }) else {
      throw .record(path: path(attempt), code: EILSEQ, afterwards: true)
    }
    return .used(cpuNanoseconds: nanoseconds)
  }

  private func create(_ attempt: StepAttempt) throws(SandboxError) -> Int32? {
    let descriptor = retryingInterrupts { Glibc.open(path(attempt), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
    if descriptor < 0, errno == EEXIST { return nil }
    guard descriptor >= 0 else { throw .record(path: path(attempt), code: errno, afterwards: false) }
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
