/// One piece of foreign code to run: what it sees, what it may use and which files are collected.
public struct SandboxJob: Sendable {
  /// The program, by its path inside or by a name found on `PATH`, and its arguments.
  public var command: [String]
  /// Files written to the job folder before the start.
  public var files: [JobFile]
  /// Parts of the host that can be read inside, beside the system's own `/usr`.
  public var inputs: [ReadOnlyBind]
  /// Added to the base environment (`PATH`, `HOME`, `LANG`, `TZ`, `TMPDIR`, `USER`); no other variable is set inside.
  public var environment: [String: String]
  public var limits: SandboxLimits
  /// Which files of the job folder are collected.
  public var collect: CollectRules
  /// The folder to start in, relative to the job folder; made if it does not exist. Empty is the job folder itself.
  public var workingDirectory: String
  /// Host devices that can be used inside, such as `/dev/nvidia0`. A device widens what the job can attack to that
  /// device's driver.
  public var devices: [DeviceBind]
  /// Called several times a second with what the job has used so far.
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
  /// The path relative to the job folder, with `/` between the parts.
  public var path: String
  public var bytes: [UInt8]
  /// Whether it may be executed.
  public var isExecutable: Bool

  public init(path: String, bytes: [UInt8], isExecutable: Bool = false) {
    self.path = path
    self.bytes = bytes
    self.isExecutable = isExecutable
  }

  public init(path: String, text: String, isExecutable: Bool = false) {
    self.init(path: path, bytes: Array(text.utf8), isExecutable: isExecutable)
  }
}

/// What a job has used so far.
public struct MeterReading: Sendable, Equatable {
  /// The processor time of all its processes together.
  public var cpuTime: Duration
  public var wallTime: Duration
}

/// A device file of the host that can be opened for reading and writing inside.
public struct DeviceBind: Sendable, Equatable {
  /// The absolute path on the host.
  public var hostPath: String
  /// The absolute path inside, below `/dev`.
  public var sandboxPath: String

  /// Shows `hostPath` at `sandboxPath`, or at its own path if that is nil.
  public init(_ hostPath: String, at sandboxPath: String? = nil) {
    self.hostPath = hostPath
    self.sandboxPath = sandboxPath ?? hostPath
  }
}

/// A file or folder of the host that can be read, never written, inside. The job's user must be able to reach it.
public struct ReadOnlyBind: Sendable, Equatable {
  /// The absolute path on the host.
  public var hostPath: String
  /// The absolute path inside.
  public var sandboxPath: String

  /// Shows `hostPath` at `sandboxPath`, or at its own path if that is nil.
  public init(_ hostPath: String, at sandboxPath: String? = nil) {
    self.hostPath = hostPath
    self.sandboxPath = sandboxPath ?? hostPath
  }
}
