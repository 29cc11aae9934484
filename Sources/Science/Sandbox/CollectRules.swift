/// What of a job folder comes back, and how much.
public struct CollectRules: Sendable {
  /// Which files are asked for, by path relative to the job folder. What it answers `false` for is not looked at.
  public var select: @Sendable (String) -> Bool
  /// Whether staged files that the job did not change come back too.
  public var includesUnchangedFiles = false
  /// How many files.
  public var maximumFiles = 1000
  /// How many bytes any one of them may have.
  public var maximumFileBytes = 64 << 20
  /// How many bytes all of them may have.
  public var maximumTotalBytes = 256 << 20
  /// How many folders a file may lie below the job folder.
  public var maximumDepth = 16
  /// How long a path may be, in bytes.
  public var maximumPathBytes = 1024
  /// How many entries are looked at, and how many findings are listed.
  public var maximumEntries = 100_000

  /// Everything that `select` asks for.
  public init(select: @escaping @Sendable (String) -> Bool = { _ in true }) { self.select = select }

  /// Nothing at all.
  public static var nothing: CollectRules { CollectRules { _ in false } }
}
