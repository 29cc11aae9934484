/// A program to start, and everything it will see. Nothing is inherited that is not named here.
public struct ChildCommand: Sendable {
  /// Path of the program; it must hold a slash, because no search path is consulted.
  public var program: String
  /// The arguments after the program's own name.
  public var arguments: [String]
  /// The whole environment of the child; empty by default, never the caller's.
  public var environment: [String: String] = [:]
  /// Folder to start in; the caller's when nil.
  public var workingDirectory: String?
  /// Bytes for standard input, then end of file; `/dev/null` when nil.
  public var input: [UInt8]?
  /// Descriptors of the caller that the child gets as 3, 4, … in this order. The caller still owns and closes them.
  public var inherited: [Int32] = []
  /// When it is ended early and how much of its output is kept.
  public var limits = ChildLimits()
  /// A gentler or better aimed end than killing the process group. It is called once, from the thread that watches all
  /// children, so it must return at once; `false` means that it could do nothing. The group is killed after
  /// `interruptGrace` whatever it returns.
  public var interrupt: (@Sendable () -> Bool)?
  /// How long `interrupt` may take to show.
  public var interruptGrace: Duration = .seconds(2)

  /// A command with an empty environment, no input and default limits.
  public init(_ program: String, _ arguments: [String] = []) {
    self.program = program
    self.arguments = arguments
  }
}

/// Bounds on one child.
public struct ChildLimits: Sendable {
  /// Which part of an output is kept if it exceeds the limit.
  public enum Part: Sendable {
    /// The first bytes.
    case beginning
    /// The last bytes.
    case end
  }
  /// Wall-clock time from start to end; no limit when nil.
  public var time: Duration?
  /// Bytes kept of standard output; the rest is read, counted and dropped.
  public var keptOutputBytes = 1 << 20
  /// Bytes kept of standard error.
  public var keptErrorBytes = 1 << 20
  /// Which end of the two is kept.
  public var keeping = Part.beginning
  /// Both outputs together may grow to this many bytes before the child is stopped; no limit when nil.
  public var totalOutputBytes: Int?

  /// One MiB kept of either output, and nothing that ends the child early.
  public init() {}
}
