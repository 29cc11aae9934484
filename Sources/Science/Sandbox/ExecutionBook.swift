import CLinux
import ChildProcesses
import Glibc
import PaperModel
import Synchronization

/// One small file for each attempt that was ever launched, with what it used: the sandbox's own record, written while
/// the program runs. It answers what an attempt cost if its worker was killed.
///
/// A file gets its name, exclusively, before its program starts. A process that settles a lost attempt creates the file
/// first and so seals the attempt: a worker that thaws later finds it sealed and launches nothing.
///
/// The first line holds processor time, the price of a second and the attempt; a second line, on a GPU only, the
/// wall-clock time, the price of a second of it and the most that the whole attempt may cost.
struct ExecutionBook: Sendable {
  let folder: String

  /// The record of a running execution. Its file stays locked as long as both this object and the process live.
  final class Page: Sendable {
    private let descriptor: Int32
    /// The offset of the wall-clock time in the file; nil if that time costs nothing.
    private let wallOffset: Int?
    private struct Used {
      var cpu: Int64 = 0
      var wall: Int64 = 0
      var isClosed = false
    }
    private let used = Mutex(Used())

    init(descriptor: Int32, wallOffset: Int?) {
      self.descriptor = descriptor
      self.wallOffset = wallOffset
    }
    deinit {
      clinux_unlock_file(descriptor)
      Glibc.close(descriptor)
    }

    /// Records what was used so far. Not synchronised: it must outlive the process, not the machine. A reading that
    /// comes after the exact figures at the end changes nothing.
    func note(cpuNanoseconds: Int64, wallNanoseconds: Int64) {
      used.withLock { used in
        guard !used.isClosed else { return }
        if cpuNanoseconds > used.cpu {
          used.cpu = cpuNanoseconds
          write(cpuNanoseconds, at: ExecutionBook.meterOffset)
        }
        if wallNanoseconds > used.wall {
          used.wall = wallNanoseconds
          if let wallOffset { write(wallNanoseconds, at: wallOffset) }
        }
      }
    }

    /// The recorded use as a charge, the same that `settle` reads from the page.
    func charge(of program: ContainedProgram, at prices: Prices) -> Charge {
      let (cpu, wall) = used.withLock { ($0.cpu, $0.wall) }
      return prices.charge(cpuNanoseconds: cpu, wallNanoseconds: wall, for: program)
    }

    /// Records the exact figures; later calls of `note` change nothing.
    func close(cpuNanoseconds: Int64, wallNanoseconds: Int64) {
      used.withLock { used in
        used = Used(cpu: cpuNanoseconds, wall: wallNanoseconds, isClosed: true)
        write(cpuNanoseconds, at: ExecutionBook.meterOffset)
        if let wallOffset { write(wallNanoseconds, at: wallOffset) }
      }
    }

    private func write(_ value: Int64, at offset: Int) {
      let text = Array(ExecutionBook.number(value).utf8)
      _ = retryingInterrupts { pwrite(descriptor, text, text.count, off_t(offset)) }
    }
  }

  /// What a page says about its attempt.
  enum Entry: Equatable {
    case sealed
    case running
    case used(Charge)
  }

  private static let meterOffset = 0
  private static let sealMark = "sealed, was never launched   "
  private static let gpuMark = "gpu "

  init(folder: String) throws(SandboxError) {
    self.folder = folder
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
      throw .record(path: folder, code: errno, afterwards: false)
    }
  }

  /// Opens the page of an attempt; nil if it is sealed, or was launched before.
  /// - Parameters:
  ///   - program: the program to be launched.
  ///   - prices: recorded for the process that settles the attempt.
  func open(_ attempt: StepAttempt, _ program: ContainedProgram, _ prices: Prices) throws(SandboxError) -> Page? {
    var text = Self.number(0) + " \(prices.cpuSecond.nanodollars) \(attempt)\n"
    var wallOffset: Int?
    if program.device == .gpu {
      text += Self.gpuMark
      wallOffset = text.utf8.count
      text += Self.number(0) + " \(prices.gpuSecond.nanodollars) \(prices.worst(of: program).nanodollars)\n"
    }
    return try create(attempt, text).map { Page(descriptor: $0, wallOffset: wallOffset) }
  }

  /// The fate of an attempt whose worker was lost. An attempt that was never launched is sealed and never will be.
  func settle(_ attempt: StepAttempt) throws(SandboxError) -> Entry {
    if let descriptor = try create(attempt, Self.sealMark + " \(attempt)\n") {
      close(descriptor)
      return .sealed
    }
    let descriptor = retryingInterrupts { Glibc.open(path(attempt), O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw .record(path: path(attempt), code: errno, afterwards: true) }
    defer { close(descriptor) }
    if clinux_is_locked_elsewhere(descriptor) == 1 { return .running }
    let text = String(decoding: Pipe.readAll(descriptor, limit: 4096), as: UTF8.self)
    if text.hasPrefix(Self.sealMark) { return .sealed }
    guard let charge = Self.charge(text) else {
      throw .record(path: path(attempt), code: EILSEQ, afterwards: true)
    }
    return .used(charge)
  }

  /// Reads a page; nil if it is damaged.
  static func charge(_ text: String) -> Charge? {
    let lines = text.split(separator: "\n")
    guard let first = lines.first, let (cpu, cpuSecond) = figures(first, count: 3) else { return nil }
    guard lines.count > 1 else {
      let prices = Prices(date: "", cpuSecond: Money(nanodollars: cpuSecond[0]), gpuSecond: .zero)
      return Charge(money: prices.cpu(nanoseconds: cpu), cpuNanoseconds: cpu)
    }
    guard lines.count == 2, lines[1].hasPrefix(gpuMark),
      let (wall, rest) = figures(lines[1].dropFirst(gpuMark.count), count: 3), rest.count == 2
    else { return nil }
    let prices = Prices(
      date: "", cpuSecond: Money(nanodollars: cpuSecond[0]), gpuSecond: Money(nanodollars: rest[0]))
    let cost = prices.cost(cpuNanoseconds: cpu, wallNanoseconds: wall, on: .gpu)
    return Charge(
      money: min(cost, Money(nanodollars: rest[1])), cpuNanoseconds: cpu, wallNanoseconds: wall)
  }

  /// A meter and the whole numbers after it, none of them negative; nil if there are fewer.
  private static func figures(_ line: Substring, count: Int) -> (meter: Int64, rest: [Int64])? {
    let words = line.split(separator: " ")
    guard words.count >= count, let meter = Int64(words[0]), meter >= 0, let price = Int64(words[1]), price >= 0 else {
      return nil
    }
    let rest = words.dropFirst().prefix(count - 1).compactMap { Int64($0) }.filter { $0 >= 0 }
    return (meter, rest)
  }

  /// Creates the page of an attempt with its first lines, locked; nil if there is one. It gets its name by link, so
  /// that no process ever sees it without its lock and its lines.
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
