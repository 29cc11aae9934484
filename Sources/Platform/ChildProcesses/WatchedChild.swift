import CLinux
import Glibc

/// The state of one child on the loop's thread. Only that thread touches it.
final class WatchedChild {
  /// The descriptor of a child that is ready; the low two bits of an epoll token.
  enum Kind {
    static let exit: UInt64 = 0
    static let output: UInt64 = 1
    static let errors: UInt64 = 2
    static let input: UInt64 = 3
  }
  let handle: RunningChild
  private let command: ChildCommand
  private let processID: Int32
  private let ended: @Sendable (Result<ChildReport, ChildProcessError>) -> Void
  private let start = ContinuousClock.now
  private var exit: Int32?
  private var input: Int32?
  private var inputBytes: ArraySlice<UInt8>
  private var outputs: [(descriptor: Int32?, buffer: OutputBuffer)]
  private var timeLimit: ContinuousClock.Instant?
  private var killLimit: ContinuousClock.Instant?
  private var readingLimit: ContinuousClock.Instant?
  private var result: (end: ChildReport.End, usage: rusage, at: ContinuousClock.Instant)?

  /// Something outside the group may hold an output open for ever; after this time its output is no longer read.
  private static let readingGrace = Duration.milliseconds(500)

  init(
    _ handle: RunningChild, _ command: ChildCommand, _ spawned: SpawnedChild,
    _ ended: @escaping @Sendable (Result<ChildReport, ChildProcessError>) -> Void
  ) {
    self.handle = handle
    self.command = command
    self.ended = ended
    processID = spawned.processID
    exit = spawned.exit
    input = spawned.input
    inputBytes = (command.input ?? [])[...]
    let limits = command.limits
    outputs = [
      (spawned.output, OutputBuffer(limit: limits.keptOutputBytes, keeping: limits.keeping)),
      (spawned.errors, OutputBuffer(limit: limits.keptErrorBytes, keeping: limits.keeping)),
    ]
    timeLimit = limits.time.map { start + $0 }
  }

  /// Registers its descriptors. If one can't be watched the child is ended, because it could not be limited.
  func watch(_ register: (_ descriptor: Int32, _ events: UInt32, _ kind: UInt64) -> Bool) {
    var isWatched = true
    if let exit { isWatched = register(exit, EPOLLIN.rawValue, Kind.exit) }
    if let output = outputs[0].descriptor { isWatched = register(output, EPOLLIN.rawValue, Kind.output) && isWatched }
    if let errors = outputs[1].descriptor { isWatched = register(errors, EPOLLIN.rawValue, Kind.errors) && isWatched }
    if let input { isWatched = register(input, EPOLLOUT.rawValue, Kind.input) && isWatched }
    if !isWatched { handle.stop() }
  }

  /// When this child next needs the thread's attention.
  var deadline: ContinuousClock.Instant? { [timeLimit, killLimit, readingLimit].compactMap(\.self).min() }

  func isReady(_ kind: UInt64) {
    switch kind {
    case Kind.exit: reap()
    case Kind.output: readOutput(0)
    case Kind.errors: readOutput(1)
    default: writeInput()
    }
  }

  /// Acts on exceeded limits, and reports once everything has ended.
  func isDone(at now: ContinuousClock.Instant) -> Bool {
    if let limit = timeLimit, now >= limit {
      timeLimit = nil
      handle.stop(.timeLimit)
    }
    if let limit = killLimit, now >= limit {
      killLimit = nil
      if result == nil { kill(-processID, SIGKILL) }
    }
    guard let result else { return false }
    let isOpen = outputs.contains { $0.descriptor != nil }
    if isOpen, let limit = readingLimit, now < limit { return false }
    finish(result.end, result.usage, result.at, outputLeftOpen: isOpen)
    return true
  }

  /// The child was asked to end.
  func stop(at now: ContinuousClock.Instant) {
    guard result == nil else { return }
    timeLimit = nil
    if let interrupt = command.interrupt, interrupt() {
      killLimit = now + command.interruptGrace
    } else {
      kill(-processID, SIGKILL)
    }
  }

  private func reap() {
    guard let exit, result == nil else { return }
    // Before the leader is reaped, so that no other process can have its number.
    kill(-processID, SIGKILL)
    var status: Int32 = 0
    var usage = rusage()
    guard retryingInterrupts({ wait4(processID, &status, WNOHANG, &usage) }) == processID else { return }
    close(exit)
    self.exit = nil
    closeInput()
    let signal = status & 0x7f  // the W… macros are not imported
    let now = ContinuousClock.now
    result = (signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal), usage, now)
    (timeLimit, killLimit) = (nil, nil)
    readingLimit = now + Self.readingGrace
  }

  private func readOutput(_ index: Int) {
    guard let descriptor = outputs[index].descriptor else { return }
    // A bounded number of rounds: a flood must not keep the thread from the other children.
    for _ in 0..<16 {
      let count = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
        let count = retryingInterrupts { read(descriptor, buffer.baseAddress, buffer.count) }
        if count > 0 { outputs[index].buffer.append(UnsafeRawBufferPointer(buffer)[..<count]) }
        return count
      }
      if count < 0 && errno == EAGAIN { break }
      if count <= 0 {
        close(descriptor)
        outputs[index].descriptor = nil
        break
      }
    }
    if let limit = command.limits.totalOutputBytes, outputs[0].buffer.totalBytes + outputs[1].buffer.totalBytes > limit
    {
      handle.stop(.outputFlood)
    }
  }

  private func writeInput() {
    guard let input else { return }
    while !inputBytes.isEmpty {
      let count = inputBytes.withUnsafeBytes { bytes in
        retryingInterrupts { write(input, bytes.baseAddress, min(bytes.count, 65_536)) }
      }
      if count < 0 && errno == EAGAIN { return }
      if count <= 0 { break }  // the child has closed its input, as it may
      inputBytes.removeFirst(count)
    }
    closeInput()
  }

  private func closeInput() {
    if let input { close(input) }
    input = nil
  }

  private func finish(
    _ end: ChildReport.End, _ usage: rusage, _ at: ContinuousClock.Instant, outputLeftOpen: Bool
  ) {
    for output in outputs { if let descriptor = output.descriptor { close(descriptor) } }
    ended(
      .success(
        ChildReport(
          end: end, stopped: handle.stopReason, output: outputs[0].buffer.finished(),
          errors: outputs[1].buffer.finished(), outputLeftOpen: outputLeftOpen, userTime: duration(usage.ru_utime),
          systemTime: duration(usage.ru_stime), wallTime: start.duration(to: at),
          peakResidentBytes: usage.ru_maxrss * 1024)))
  }
}

private func duration(_ time: timeval) -> Duration { .seconds(time.tv_sec) + .microseconds(time.tv_usec) }
