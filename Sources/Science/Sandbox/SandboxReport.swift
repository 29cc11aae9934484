/// How a job ended, what it used and what it left.
public struct SandboxReport: Sendable {
  /// How a job ends.
  public enum End: Sendable, Equatable {
    /// Its command returned this status; 126 and 127 say that it could not be started.
    case exited(Int32)
    /// Its command died of this signal. As for any shell, a status over 128 is taken for one.
    case signalled(Int32)
    /// It used up `SandboxLimits.wallTime`.
    case timedOut
    /// It used up `SandboxLimits.cpuTime`.
    case cpuExceeded
    /// It passed `SandboxLimits.memoryBytes`.
    case memoryExceeded
    /// It passed `SandboxLimits.diskBytes` or `SandboxLimits.files`.
    case diskExceeded
    /// It passed `SandboxLimits.outputBytes`.
    case outputFlood
    /// It had more processes than `SandboxLimits.processes`, where only the watch could stop it.
    case processesExceeded
    /// The task that ran it was cancelled.
    case cancelled
  }
  /// How the size and number of its files were limited.
  public enum DiskLimit: Sendable, Equatable {
    /// By a file system of that size: not one byte more could be written.
    case enforced
    /// By looking several times a second: it may have been over for a moment.
    case watched
  }
  /// How it ended.
  public var end: End
  /// The end of standard output.
  public var outputTail: String
  /// The end of standard error.
  public var errorsTail: String
  /// Bytes of both outputs, kept or not.
  public var outputBytes: Int
  /// Processor time of all its processes together.
  public var cpuTime: Duration
  /// From launch to end.
  public var wallTime: Duration
  /// The most resident memory seen, of all its processes and files in memory together. Pages that processes share count
  /// once for each.
  public var peakMemoryBytes: Int
  /// How its files were limited.
  public var diskLimit: DiskLimit
  /// What it left and was asked for, in the order of their paths.
  public var files: [CollectedFile]
  /// What it left and was asked for, but can't be trusted, each with the reason.
  public var findings: [CollectionFinding]
}

/// A file that a job left.
public struct CollectedFile: Sendable, Equatable {
  /// Where, relative to the job folder.
  public var path: String
  /// What is in it.
  public var bytes: [UInt8]
  /// Whether it may be started as a program.
  public var isExecutable: Bool

  /// A file as the collector found it.
  public init(path: String, bytes: [UInt8], isExecutable: Bool) {
    self.path = path
    self.bytes = bytes
    self.isExecutable = isExecutable
  }
}

/// Something in the job folder that was refused.
public struct CollectionFinding: Sendable, Equatable {
  /// Why it was refused.
  public enum Reason: Sendable, Equatable {
    /// A link to another place.
    case symbolicLink
    /// It has more than one name, so it may be something else's.
    case hardLink
    /// A FIFO, socket or device.
    case notAFile
    /// More bytes than `CollectRules.maximumFileBytes`, written or only claimed.
    case tooLarge(Int)
    /// It would take the whole over `CollectRules.maximumTotalBytes`.
    case totalTooLarge
    /// There were `CollectRules.maximumFiles` before it.
    case tooMany
    /// It lies deeper than `CollectRules.maximumDepth`.
    case tooDeep
    /// Its name is not plain text, or too long.
    case strangeName
    /// The system would not let it be read, for the reason of this `errno`.
    case unreadable(Int32)
    /// Everything after this was left unread: the folder holds too many entries or refusals.
    case gaveUp
  }
  /// Its path relative to the job folder, made printable.
  public var path: String
  /// Why it was refused.
  public var reason: Reason
}
