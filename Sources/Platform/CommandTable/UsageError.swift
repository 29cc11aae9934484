/// A command line that cannot be followed.
public struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The program's and the command's names.
  public let path: [String]
  /// The error and what to write instead, without a full stop.
  public let message: String

  /// An error about the command.
  public init(path: [String], message: String) {
    self.path = path
    self.message = message
  }

  /// The command, the error, and how to get help.
  public var description: String {
    let command = path.joined(separator: " ")
    return "\(command): \(message) (see \(command) --help)"
  }
}
