import Glibc

/// How a job ended, what it used and what it left.
public struct SandboxReport: Sendable {
  public enum End: Sendable, Equatable {
    /// Its command returned this status; 126 and 127 mean that it could not be started.
    case exited(Int32)
    /// Its command died of this signal. As in any shell, a status over 128 counts as one.
    case signalled(Int32)
    /// It used up `SandboxLimits.wallTime`.
    case timedOut
    /// It used up `SandboxLimits.cpuTime`.
    case cpuExceeded
    /// It exceeded `SandboxLimits.memoryBytes`.
    case memoryExceeded
    /// It exceeded `SandboxLimits.diskBytes` or `SandboxLimits.files`.
    case diskExceeded
    /// It exceeded `SandboxLimits.outputBytes`.
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
    /// By polling several times a second: the limit may have been exceeded for a moment.
    case watched
  }
  public var end: End
  /// The end of standard output.
  public var outputTail: String
  /// The end of standard error.
  public var errorsTail: String
  /// Bytes of both outputs, kept or not.
  public var outputBytes: Int
  /// The processor time of all its processes together.
  public var cpuTime: Duration
  /// From launch to end.
  public var wallTime: Duration
  /// The most resident memory seen, of all its processes and files in memory together. Pages that processes share count
  /// once for each.
  public var peakMemoryBytes: Int
  /// How its files were limited.
  public var diskLimit: DiskLimit
  /// The collected files, in the order of their paths.
  public var files: [CollectedFile]
  /// Files that were to be collected but can't be trusted, each with the reason.
  public var findings: [CollectionFinding]
}

/// A file that a job left.
public struct CollectedFile: Sendable, Equatable {
  /// The path relative to the job folder.
  public var path: String
  public var bytes: [UInt8]
  /// Whether it may be executed.
  public var isExecutable: Bool

  public init(path: String, bytes: [UInt8], isExecutable: Bool) {
    self.path = path
    self.bytes = bytes
    self.isExecutable = isExecutable
  }
}

/// Something in the job folder that was refused.
public struct CollectionFinding: Sendable, Equatable {
  public enum Reason: Sendable, Equatable {
    /// It is a link to another place.
    case symbolicLink
    /// It has more than one name, so it may be another owner's file.
    case hardLink
    /// It is a FIFO, socket or device.
    case notAFile
    /// It has more bytes than `CollectRules.maximumFileBytes`, written or only claimed.
    case tooLarge(Int)
    /// It would take the sum over `CollectRules.maximumTotalBytes`.
    case totalTooLarge
    /// There were `CollectRules.maximumFiles` before it.
    case tooMany
    /// It lies deeper than `CollectRules.maximumDepth`.
    case tooDeep
    /// Its name is not plain text, or too long.
    case strangeName
    /// The system refused to read it, with this `errno`.
    case unreadable(Int32)
    /// Everything after this was left unread: the folder holds too many entries or refusals.
    case gaveUp
  }
  /// Its path relative to the job folder, made printable.
  public var path: String
  public var reason: Reason
}

extension CollectionFinding: CustomStringConvertible {
  /// The path and why it was not collected.
  public var description: String { "\(path.isEmpty ? "its folder" : path): \(reason.words)" }

  /// The first findings as lines, and how many more there are.
  static func lines(_ findings: [CollectionFinding], most: Int = 50) -> [String] {
    let rest = findings.count - most
    return findings.prefix(most).map(\.description) + (rest > 0 ? ["and \(rest) more"] : [])
  }
}

extension CollectionFinding.Reason {
  fileprivate var words: String {
    switch self {
    case .symbolicLink: "a symbolic link"
    case .hardLink: "a hard link"
    case .notAFile: "a pipe, a socket or a device"
    case .tooLarge(let bytes): "\(bytes) bytes are too many"
    case .totalTooLarge: "all files together would be too large"
    case .tooMany: "too many files"
    case .tooDeep: "too many folders deep"
    case .strangeName: "its name is no plain text, or too long"
    case .unreadable(let code): "it can't be read (\(String(cString: strerror(code))))"
    case .gaveUp: "too many entries; the rest was not looked at"
    }
  }
}
