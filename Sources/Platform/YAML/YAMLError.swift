/// A YAML text that cannot be used, and the place in it.
public struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file's name as the caller gave it.
  public let file: String
  /// The line and column, both counted from one.
  public let mark: YAMLMark
  /// What is wrong there and what to write instead.
  public let message: String

  /// File, line and column, then the message.
  public var description: String { "\(file): line \(mark.line), column \(mark.column): \(message)" }
}

/// A place in a text; lines and columns count from one, columns in characters.
public struct YAMLMark: Sendable, Hashable {
  /// The line, from one.
  public let line: Int
  /// The column, from one.
  public let column: Int

  /// The place at this line and column.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}
