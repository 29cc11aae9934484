/// One piece of foreign code to run: what it sees, what it may use and what comes back.
public struct SandboxJob: Sendable {
  /// The program, by its path inside or by a name found on `PATH`, and its words.
  public var command: [String]
  /// Files written to the job folder before the start.
  public var files: [JobFile]
  /// Parts of the host that can be read inside, beside the system's own `/usr`.
  public var inputs: [ReadOnlyBind]
  /// Added to the base environment (`PATH`, `HOME`, `LANG`, `TZ`, `TMPDIR`, `USER`); nothing else is seen inside.
  public var environment: [String: String]
  /// What it may use.
  public var limits: SandboxLimits
  /// What of the job folder comes back.
  public var collect: CollectRules
  /// Folder to start in, relative to the job folder; made when it is not there. Empty is the job folder itself.
  public var workingDirectory: String
  /// Host devices that can be used inside, such as `/dev/nvidia0`. A device widens what the job can attack to that
  /// device's driver.
  public var devices: [DeviceBind]
  /// Gets what the job has used so far, several times a second.
  public var meter: (@Sendable (MeterReading) -> Void)?

  /// A job with default limits that returns every file it wrote.
  public init(
    command: [String], files: [JobFile] = [], inputs: [ReadOnlyBind] = [],
    environment: [String: String] = [:], limits: SandboxLimits = SandboxLimits(),
    collect: CollectRules = CollectRules(), workingDirectory: String = "", devices: [DeviceBind] = [],
    meter: (@Sendable (MeterReading) -> Void)? = nil
  ) {
    self.command = command
    self.files = files
    self.inputs = inputs
    self.environment = environment
    self.limits = limits
    self.collect = collect
    self.workingDirectory = workingDirectory
    self.devices = devices
    self.meter = meter
  }
}

/// A file put into the job folder.
public struct JobFile: Sendable, Equatable {
  /// Where, relative to the job folder, with `/` between the parts.
  public var path: String
  /// What is in it.
  public var bytes: [UInt8]
  /// Whether it may be started as a program.
  public var isExecutable: Bool

  /// A file of these bytes.
  public init(path: String, bytes: [UInt8], isExecutable: Bool = false) {
    self.path = path
    self.bytes = bytes
    self.isExecutable = isExecutable
  }

  /// A file of this text.
  public init(path: String, text: String, isExecutable: Bool = false) {
    self.init(path: path, bytes: Array(text.utf8), isExecutable: isExecutable)
  }
}

/// What a job has used so far.
public struct MeterReading: Sendable, Equatable {
  /// Processor time of all its processes together.
  public var cpuTime: Duration
  /// Time since its launch.
  public var wallTime: Duration
}

/// A device file of the host that can be opened for reading and writing inside.
public struct DeviceBind: Sendable, Equatable {
  /// Absolute path on the host.
  public var hostPath: String
  /// Absolute path inside, below `/dev`.
  public var sandboxPath: String

  /// Shows `hostPath` at `sandboxPath`, or at its own path when that is nil.
  public init(_ hostPath: String, at sandboxPath: String? = nil) {
    self.hostPath = hostPath
    self.sandboxPath = sandboxPath ?? hostPath
  }
}

/// A file or folder of the host that can be read, never written, inside. The job's user must be able to reach it.
public struct ReadOnlyBind: Sendable, Equatable {
  /// Absolute path on the host.
  public var hostPath: String
  /// Absolute path inside.
  public var sandboxPath: String

  /// Shows `hostPath` at `sandboxPath`, or at its own path when that is nil.
  public init(_ hostPath: String, at sandboxPath: String? = nil) {
    self.hostPath = hostPath
    self.sandboxPath = sandboxPath ?? hostPath
  }
}
