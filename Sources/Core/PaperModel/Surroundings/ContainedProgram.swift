/// A piece of code that nobody trusts, with all that it may see and use.
public struct ContainedProgram: Codable, Hashable, Sendable {
  /// The read-only software that the program finds.
  public enum Toolchain: String, Codable, Sendable {
    /// The Python environment of the experiments; the command's first word is a script or `-c`, not the interpreter.
    case python
    /// TeX Live; the command's first word is a program, e.g. `latexmk`.
    case latex
    /// Poppler's tools for reading PDFs; the command's first word is a program, e.g. `pdftotext`.
    case pdf
  }

  /// The software.
  public var toolchain: Toolchain
  /// The words of the command.
  public var command: [String]
  /// What lies in its folder at the start.
  public var files: FileTree
  /// The longest that it may take, in seconds.
  public var timeLimitSeconds: Int
  /// The most memory that all of its processes may hold, in MiB.
  public var memoryLimitMebibytes: Int
  /// The most that may lie in its folder, in MiB.
  public var diskLimitMebibytes: Int
  /// The paths, files or folders, that are brought back; what is not there is passed over.
  public var collects: [String]
  /// What it has to itself besides a share of the processors.
  public var device: DeviceKind {
    get { otherDevice ?? .cpu }
    set { otherDevice = newValue == .cpu ? nil : newValue }
  }
  /// Absent where it is a processor, so that steps of programs without a GPU keep the identity that they always had.
  private var otherDevice: DeviceKind?

  private enum CodingKeys: String, CodingKey {
    case toolchain, command, files, timeLimitSeconds, memoryLimitMebibytes, diskLimitMebibytes, collects
    case otherDevice = "device"
  }

  public init(
    toolchain: Toolchain, command: [String], files: FileTree, timeLimitSeconds: Int, memoryLimitMebibytes: Int = 4096,
    diskLimitMebibytes: Int = 512, collects: [String], device: DeviceKind = .cpu
  ) {
    self.toolchain = toolchain
    self.command = command
    self.files = files
    self.timeLimitSeconds = timeLimitSeconds
    self.memoryLimitMebibytes = memoryLimitMebibytes
    self.diskLimitMebibytes = diskLimitMebibytes
    self.collects = collects
    self.device = device
  }
}

/// What became of a program.
public struct ProgramOutcome: Codable, Hashable, Sendable {
  /// The exit status; nil where it was stopped.
  public var exitStatus: Int?
  /// Why it was stopped, a sentence; nil where it ended by itself.
  public var stopped: String?
  /// The last of its standard output, at most 64 KiB.
  public var output: String
  /// The last of its standard error, at most 64 KiB.
  public var errors: String
  /// What was brought back.
  public var files: FileTree
  /// What was refused among its files, a sentence each.
  public var findings: [String]

  public init(
    exitStatus: Int?, stopped: String?, output: String, errors: String, files: FileTree, findings: [String]
  ) {
    self.exitStatus = exitStatus
    self.stopped = stopped
    self.output = output
    self.errors = errors
    self.files = files
    self.findings = findings
  }

  /// Whether it ended by itself with status 0.
  public var succeeded: Bool { exitStatus == 0 && stopped == nil }
}

/// Runs programs contained: without network, without keys, without sight of anything but their folder, under limits.
public protocol ProgramRunner: Sendable {
  /// Runs a program to its end. A program that fails is an outcome, not an error.
  /// - Parameters:
  ///   - attempt: the key under which the execution is recorded.
  ///   - prices: what its device costs.
  ///   - blobs: where its files come from and what is brought back goes to.
  /// - Throws: `Failure` where the program could not be run at all; `CancellationError`, with all its processes gone.
  func run(
    _ program: ContainedProgram, for attempt: StepAttempt, prices: DevicePrices, blobs: any BlobStore
  ) async throws -> Settled<ProgramOutcome>
}

extension Surroundings {
  /// Runs a program as a step: reserved at its time limit times the price of its device, settled at what it used.
  public func execute(
    _ name: String, _ program: ContainedProgram, by runner: any ProgramRunner, prices: DevicePrices
  ) async throws -> ProgramOutcome {
    try await step(name, request: program, reserving: prices.worst(of: program)) { attempt in
      try await runner.run(program, for: attempt, prices: prices, blobs: self)
    }
  }
}

extension DevicePrices {
  /// The most that a program can cost: its time limit, with a second for its end, on one core, and on one GPU where it
  /// has one.
  public func worst(of program: ContainedProgram) -> Money {
    let most = Int64(program.timeLimitSeconds + 1) * 1_000_000_000
    return cost(cpuNanoseconds: most, wallNanoseconds: most, on: program.device)
  }

  /// What a program costs that used so much; never more than the worst case, which its limits hold it to.
  public func charge(cpuNanoseconds: Int64, wallNanoseconds: Int64, for program: ContainedProgram) -> Charge {
    Charge(
      money: min(
        cost(cpuNanoseconds: cpuNanoseconds, wallNanoseconds: wallNanoseconds, on: program.device), worst(of: program)),
      cpuNanoseconds: cpuNanoseconds, wallNanoseconds: wallNanoseconds)
  }

  /// Processor time counts as it is used; a GPU is paid for as long as nobody else can have it.
  public func cost(cpuNanoseconds: Int64, wallNanoseconds: Int64, on device: DeviceKind) -> Money {
    switch device {
    case .cpu: cpu(nanoseconds: cpuNanoseconds)
    case .gpu: cpu(nanoseconds: cpuNanoseconds) + gpu(nanoseconds: wallNanoseconds)
    }
  }
}

/// Knows what an attempt came to whose worker was lost.
public protocol Settlements: Sendable {
  /// What an abandoned attempt really cost, where that is certain by now: nothing of it goes on, and nothing of it will
  /// begin. Nil while that can't be known; the reservation then stays on the books as uncertain.
  func finalCharge(of attempt: StepAttempt) async throws -> Charge?
}

/// Nothing is known of lost attempts.
public struct NoSettlements: Settlements {
  /// Knows nothing.
  public init() {}
  /// Always nil.
  public func finalCharge(of attempt: StepAttempt) async throws -> Charge? { nil }
}
