/// An untrusted piece of code, with everything that it may see and use.
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

  public var toolchain: Toolchain
  /// The command and its arguments.
  public var command: [String]
  /// The files in its folder at the start.
  public var files: FileTree
  /// The longest that it may take, in seconds.
  public var timeLimitSeconds: Int
  /// The most memory that all of its processes may hold, in MiB.
  public var memoryLimitMebibytes: Int
  /// The most that its folder may hold, in MiB.
  public var diskLimitMebibytes: Int
  /// The paths, files or folders, that are collected; missing ones are skipped.
  public var collects: [String]
  /// The device that it has to itself besides a share of the processors.
  public var device: DeviceKind {
    get { otherDevice ?? .cpu }
    set { otherDevice = newValue == .cpu ? nil : newValue }
  }
  /// Absent for a processor, so that steps of programs without a GPU keep the identity that they always had.
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

/// A limit of the sandbox that a person can raise or make room for.
public enum ProgramLimit: String, Codable, Sendable {
  case time, memory, disk
}

/// The result of running a program.
public struct ProgramOutcome: Codable, Hashable, Sendable {
  /// The exit status; nil if it was stopped.
  public var exitStatus: Int?
  /// Why it was stopped, a sentence; nil if it ended by itself.
  public var stopped: String?
  /// The limit at which it was stopped; nil for none, and in the records of older versions.
  public var limit: ProgramLimit?
  /// The end of its standard output, at most 64 KiB.
  public var output: String
  /// The end of its standard error, at most 64 KiB.
  public var errors: String
  /// The collected files.
  public var files: FileTree
  /// Files that were refused, a sentence each.
  public var findings: [String]

  public init(
    exitStatus: Int?, stopped: String?, limit: ProgramLimit? = nil, output: String, errors: String, files: FileTree,
    findings: [String]
  ) {
    self.exitStatus = exitStatus
    self.stopped = stopped
    self.limit = limit
    self.output = output
    self.errors = errors
    self.files = files
    self.findings = findings
  }

  /// Whether it ended by itself with status 0.
  public var succeeded: Bool { exitStatus == 0 && stopped == nil }
}
