/// How large a document may be, so that a hostile one costs milliseconds.
public struct YAMLLimits: Sendable {
  /// The most bytes of text.
  public var byteCount = 4 << 20
  /// The most values; an alias counts for all the values it stands for.
  public var nodeCount = 100_000
  /// The deepest nesting, that of aliases included.
  public var depth = 64

  /// The usual limits: 4 MiB, 100,000 values, 64 levels.
  public init() {}
}
