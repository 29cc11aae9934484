import Glibc

/// What a job has used, added up from one look after another.
struct ResourceUse: Sendable {
  private(set) var memoryBytes = 0
  private(set) var peakMemoryBytes = 0
  private(set) var processes = 0
  private var cpuNanoseconds = 0
  private var lastSeen: [Int32: ProcessTable.Process] = [:]
  private var goneNanoseconds = 0

  /// Takes one look at the job's processes and at how many bytes its files hold in memory.
  mutating func add(_ tree: [Int32: ProcessTable.Process], fileBytesInMemory: Int) {
    memoryBytes = tree.values.reduce(fileBytesInMemory) { $0 + $1.residentPages * ResourceUse.pageBytes }
    peakMemoryBytes = max(peakMemoryBytes, memoryBytes)
    processes = tree.values.reduce(0) { $0 + $1.threads }
    // Two ways to count, each blind to something: what living processes own and waited for misses children that nobody
    // waited for, and what was ever seen misses those that came and went between two looks.
    for (number, process) in lastSeen where tree[number]?.startTicks != process.startTicks {
      goneNanoseconds += process.ownNanoseconds
    }
    lastSeen = tree
    let waited = tree.values.reduce(0) { $0 + $1.ownNanoseconds + $1.waitedNanoseconds }
    let seen = tree.values.reduce(goneNanoseconds) { $0 + $1.ownNanoseconds }
    cpuNanoseconds = max(cpuNanoseconds, waited, seen)
  }

  /// Replaces the last look's memory by a more exact figure.
  mutating func correctMemory(_ bytes: Int) { memoryBytes = bytes }

  /// Processor time so far.
  var cpuTime: Duration { .nanoseconds(cpuNanoseconds) }

  /// The first limit that is passed.
  func excess(over limits: SandboxLimits) -> SandboxReport.End? {
    if memoryBytes > limits.memoryBytes { return .memoryExceeded }
    if cpuTime > limits.cpuTime { return .cpuExceeded }
    // The kernel holds the number itself, give or take the container's own; this is the net below it.
    if processes > limits.processes + 16 { return .processesExceeded }
    return nil
  }

  private static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
}
