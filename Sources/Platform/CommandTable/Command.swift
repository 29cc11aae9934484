/// A command as data: its arguments, flags and help.
public struct Command: Sendable, Hashable {
  /// A working command line, and its effect.
  public struct Example: Sendable, Hashable {
    /// The whole line, the program's name included.
    public let line: String
    /// Its effect, in a sentence.
    public let explanation: String

    public init(_ line: String, _ explanation: String) {
      self.line = line
      self.explanation = explanation
    }
  }

  /// The name to type.
  public let name: String
  /// A one-line summary without a full stop.
  public let summary: String
  /// An introduction for new users; paragraphs are separated by empty lines and wrapped.
  public let discussion: String
  /// The arguments it takes, in order.
  public let arguments: [Argument]
  /// Its own flags.
  public let flags: [Flag]
  /// The subcommands. A command that has some does something by itself only if it takes an argument.
  public let subcommands: [Command]
  /// Lines that work.
  public let examples: [Example]

  public init(
    _ name: String, summary: String, discussion: String = "", arguments: [Argument] = [], flags: [Flag] = [],
    subcommands: [Command] = [], examples: [Example] = []
  ) {
    precondition(
      subcommands.isEmpty || arguments.allSatisfy { $0.count == .optional },
      "\(name): a word behind a command that has subcommands may be one of them")
    for argument in arguments.dropLast() {
      precondition(argument.count == .one, "\(name): only the last argument may vary in number")
    }
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.arguments = arguments
    self.flags = flags
    self.subcommands = subcommands
    self.examples = examples
  }

  /// The command with others below it.
  public func with(subcommands: [Command]) -> Command {
    Command(
      name, summary: summary, discussion: discussion, arguments: arguments, flags: flags, subcommands: subcommands,
      examples: examples)
  }

  /// Whether it does something by itself.
  var isRunnable: Bool { subcommands.isEmpty || !arguments.isEmpty }

  /// The command of this name right below.
  func subcommand(_ name: String) -> Command? { subcommands.first { $0.name == name } }

  /// Its own flags and those of every command below it.
  var allFlags: [Flag] { flags + subcommands.flatMap(\.allFlags) }
}
