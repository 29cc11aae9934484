import CLinux
import ChildProcesses
import Glibc
import Synchronization

/// A running job as the watchdog sees it.
final class WatchedJob: Sendable {
  struct State {
    var child: RunningChild?
    var launched = ContinuousClock.now
    /// The container's process 1, once it exists.
    var initProcess: Int32 = -1
    var isReady = false
    var isReadyClosed = false
    var use = ResourceUse()
    var excess: SandboxReport.End?
    var nextWalk = ContinuousClock.now
  }
  let limits: SandboxLimits
  let ready: Int32
  private let go: Int32
  private let information: Int32
  private let disk: Int32
  private let diskLimit: SandboxReport.DiskLimit
  private let meter: (@Sendable (MeterReading) -> Void)?
  let state = Mutex(State())

  /// Takes ownership of the four descriptors.
  init(
    limits: SandboxLimits, ready: Int32, go: Int32, information: Int32, disk: Int32,
    diskLimit: SandboxReport.DiskLimit, meter: (@Sendable (MeterReading) -> Void)?
  ) {
    self.limits = limits
    self.ready = ready
    self.go = go
    self.information = information
    self.disk = disk
    self.diskLimit = diskLimit
    self.meter = meter
  }

  deinit {
    for descriptor in [ready, go, information, disk, state.withLock { $0.initProcess }] where descriptor >= 0 {
      close(descriptor)
    }
  }

  /// The init has reported, or has ended without a report. Gives permission to start; from here on the job is watched.
  func answerInit() {
    var byte: UInt8 = 0
    let count = retryingInterrupts { read(ready, &byte, 1) }
    guard count == 1 else {
      if count == 0 { state.withLock { $0.isReadyClosed = true } }
      return
    }
    let process = initProcessID().map { clinux_pidfd_open($0) } ?? -1
    state.withLock { state in
      state.initProcess = process
      state.isReady = true
      state.isReadyClosed = true
    }
    _ = Pipe.writeAll(go, Array("go\n".utf8))
  }

  /// Asks process 1 to end all others, wait for them and end itself. False if there is no process 1.
  func interrupt() -> Bool {
    state.withLock { state in
      state.isReady && state.initProcess >= 0 && clinux_pidfd_send(state.initProcess, SIGTERM) == 0
    }
  }

  /// Waits until process 1, and with it everything inside, is gone.
  func waitUntilGone(milliseconds: Int32) -> Bool {
    let process = state.withLock { $0.initProcess }
    guard process >= 0 else { return true }
    var waiting = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
    return retryingInterrupts { poll(&waiting, 1, milliseconds) } == 1
  }

  /// Measures what the job uses, and stops it if that is too much.
  func look(_ table: ProcessTable, now: ContinuousClock.Instant) {
    let (child, isWalkDue, launched) = state.withLock { ($0.child, now >= $0.nextWalk, $0.launched) }
    guard let child, let root = child.processID else { return }
    let tree = table.tree(of: root)
    var inMemory = 0
    var isOverDisk = false
    switch diskLimit {
    case .enforced:
      if let (use, isFull) = DiskMeter.fileSystem(disk) { (inMemory, isOverDisk) = (use.bytes, isFull) }
    case .watched where isWalkDue:
      let limit = DiskMeter.Use(bytes: limits.diskBytes, files: limits.files + 3)  // three folders are not the job's
      isOverDisk = DiskMeter.walk(disk, limit: limit).isOver(limit)
      // A slow walk is repeated less often, so that measuring never costs more than a tenth of a processor.
      let after = ContinuousClock.now
      state.withLock { $0.nextWalk = after + max(.milliseconds(100), now.duration(to: after) * 10) }
    case .watched: break
    }
    // Only this thread changes `use`, so readers need not wait at the lock while the exact figure is taken.
    var use = state.withLock { $0.use }
    use.add(tree, fileBytesInMemory: inMemory)
    if use.memoryBytes > limits.memoryBytes, let exact = proportionalBytes(tree.keys) {
      // Pages that several processes share were counted once for each.
      use.correctMemory(exact + inMemory)
    }
    let excess = isOverDisk ? SandboxReport.End.diskExceeded : use.excess(over: limits)
    let isFirst = state.withLock { state in
      state.use = use
      guard state.excess == nil, excess != nil else { return false }
      state.excess = excess
      return true
    }
    if isFirst { child.stop() }
    meter?(MeterReading(cpuTime: use.cpuTime, wallTime: launched.duration(to: now)))
  }

  /// Whether the job's own file system, if it has one, is full.
  func isDiskFull() -> Bool { diskLimit == .enforced && DiskMeter.fileSystem(disk)?.isFull == true }

  /// Reads `{ "child-pid": 123, … }`, which bubblewrap writes before the init can report.
  private func initProcessID() -> Int32? {
    guard information >= 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = retryingInterrupts { read(information, &buffer, buffer.count) }
    let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    guard let words = text.split(separator: "\"child-pid\":").dropFirst().first else { return nil }
    return Int32(String(words.drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber }))
  }

  private func proportionalBytes(_ processes: some Sequence<Int32>) -> Int? {
    var total = 0
    for process in processes {
      let descriptor = open("/proc/\(process)/smaps_rollup", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      let text = String(decoding: Pipe.readAll(descriptor, limit: 4096), as: UTF8.self)
      if text.isEmpty { continue }  // it has ended meanwhile
      guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Pss:") }) else { return nil }
      total += 1024 * (Int(line.filter { $0.isASCII && $0.isNumber }) ?? 0)
    }
    return total
  }
}
