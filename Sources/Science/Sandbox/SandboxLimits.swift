/// What a job may use. Each limit is enforced from outside; none can be lifted from inside.
public struct SandboxLimits: Sendable, Equatable {
  /// Wall-clock time, from launch to end.
  public var wallTime = Duration.seconds(3600)
  /// Processor time of all its processes together.
  public var cpuTime = Duration.seconds(3600)
  /// Resident memory of all its processes together, and of the files it holds in memory.
  public var memoryBytes = 4 << 30
  /// Address space of any one process; no limit if nil (a GPU's driver reserves far more than it uses). JAX reserves
  /// 1.6 GB for a small network on a CPU.
  public var addressSpaceBytes: Int? = 4 << 30
  /// Processes and threads at one time.
  public var processes = 256
  /// Open descriptors of any one process.
  public var openFiles = 1024
  /// Size of any one file.
  public var fileBytes = 512 << 20
  /// Job folder, `/tmp` and `/dev/shm` together.
  public var diskBytes = 1 << 30
  /// Files and folders in them together.
  public var files = 20_000
  /// Standard output and standard error together.
  public var outputBytes = 64 << 20
  /// How many bytes are kept from the end of each output.
  public var outputTailBytes = 64 << 10

  /// One hour, 4 GiB of memory, 1 GiB of disk.
  public init() {}

  func check() throws(SandboxError) {
    guard wallTime > .zero, cpuTime > .zero else { throw .unusableJob("its time limits must be positive") }
    let counts = [
      memoryBytes, addressSpaceBytes ?? 1, processes, openFiles, fileBytes, diskBytes, files, outputBytes,
      outputTailBytes,
    ]
    guard counts.allSatisfy({ $0 > 0 }) else { throw .unusableJob("each of its limits must be positive") }
    guard openFiles >= 16 else { throw .unusableJob("fewer than 16 open files can't start a program") }
  }
}
