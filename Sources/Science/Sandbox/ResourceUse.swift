import Glibc

/// What a job has used, added up over repeated readings.
struct ResourceUse: Sendable {
  private(set) var memoryBytes = 0
  private(set) var peakMemoryBytes = 0
  private(set) var processes = 0
  private var cpuNanoseconds = 0
  private var lastSeen: [Int32: ProcessTable.Process] = [:]
  private var goneNanoseconds = 0

  /// Adds a reading of the job's processes, and of the bytes that its files hold in memory.
  mutating func add(_ tree: [Int32: ProcessTable.Process], fileBytesInMemory: Int) {
    memoryBytes = tree.values.reduce(fileBytesInMemory) { $0 + $1.residentPages * ResourceUse.pageBytes }
    peakMemoryBytes = max(peakMemoryBytes, memoryBytes)
    processes = tree.values.reduce(0) { $0 + $1.threads }
    // Two ways to count, each with a blind spot: the times of living processes and those that they waited for miss
    // children that no process waited for; the sum over all processes ever seen misses those that came and went between
    // two readings.
    for (number, process) in lastSeen where tree[number]?.startTicks != process.startTicks {
      goneNanoseconds += process.ownNanoseconds
    }
    lastSeen = tree
    let waited = tree.values.reduce(0) { $0 + $1.ownNanoseconds + $1.waitedNanoseconds }
    let seen = tree.values.reduce(goneNanoseconds) { $0 + $1.ownNanoseconds }
    cpuNanoseconds = max(cpuNanoseconds, waited, seen)
  }

  /// Replaces the last reading's memory by a more exact figure.
  mutating func correctMemory(_ bytes: Int) { memoryBytes = bytes }

  var cpuTime: Duration { .nanoseconds(cpuNanoseconds) }

  /// The first limit that is exceeded.
  func excess(over limits: SandboxLimits) -> SandboxReport.End? {
    if memoryBytes > limits.memoryBytes { return .memoryExceeded }
    if cpuTime > limits.cpuTime { return .cpuExceeded }
    // The kernel enforces the limit, apart from the container's own processes; this catches what it misses.
    if processes > limits.processes + 16 { return .processesExceeded }
    return nil
  }

  private static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
}
