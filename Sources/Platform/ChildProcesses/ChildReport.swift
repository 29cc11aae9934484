/// How a child ended, its output and its use of resources.
public struct ChildReport: Sendable {
  /// The two ways in which a process ends.
  public enum End: Sendable, Equatable {
    /// It returned this status.
    case exited(Int32)
    /// This signal ended it.
    case signalled(Int32)
  }
  /// Why it was stopped before it was done.
  public enum StopReason: Sendable, Equatable {
    /// `ChildLimits.time` was over.
    case timeLimit
    /// `ChildLimits.totalOutputBytes` was passed.
    case outputFlood
    /// The task that waited for it was cancelled.
    case cancelled
    /// `RunningChild.stop()` was called.
    case requested
  }
  /// How the child itself ended.
  public var end: End
  /// The first reason for which it was stopped; nil when it ended by itself.
  public var stopped: StopReason?
  /// Its standard output.
  public var output: BoundedBytes
  /// Its standard error.
  public var errors: BoundedBytes
  /// Some process outside its group still held an output open after it had ended; the rest of that output is lost.
  public var outputLeftOpen: Bool
  /// Processor time in user mode, of the child and of all descendants that were waited for.
  public var userTime: Duration
  /// Processor time in the kernel, counted likewise.
  public var systemTime: Duration
  /// From start to end.
  public var wallTime: Duration
  /// The largest resident memory of any one process among them, in bytes.
  public var peakResidentBytes: Int
}

/// The kept part of an output of any length.
public struct BoundedBytes: Sendable, Equatable {
  /// The kept bytes.
  public internal(set) var bytes: [UInt8] = []
  /// How many bytes there were.
  public internal(set) var totalBytes = 0
  /// The kept bytes as text; bytes that are not UTF-8 become replacement characters.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
}
