/// Which files of a job folder are collected, and how many.
public struct CollectRules: Sendable {
  /// Which files to collect, by path relative to the job folder. A path for which it returns `false` is not read.
  public var select: @Sendable (String) -> Bool
  /// Whether staged files that the job did not change are collected too.
  public var includesUnchangedFiles = false
  public var maximumFiles = 1000
  /// The most bytes of one file.
  public var maximumFileBytes = 64 << 20
  /// The most bytes of all files together.
  public var maximumTotalBytes = 256 << 20
  /// The most folders between the job folder and a file.
  public var maximumDepth = 16
  /// The longest path, in bytes.
  public var maximumPathBytes = 1024
  /// The most entries that are visited, and the most findings that are listed.
  public var maximumEntries = 100_000

  /// Collects every file that `select` accepts.
  public init(select: @escaping @Sendable (String) -> Bool = { _ in true }) { self.select = select }

  public static var nothing: CollectRules { CollectRules { _ in false } }
}
