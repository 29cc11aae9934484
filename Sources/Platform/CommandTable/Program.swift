/// A program as a table of commands: parsing, help and completion scripts are made from it.
public struct Program: Sendable {
  /// The request of a command line.
  public enum Request: Sendable {
    /// To run a command.
    case run(Invocation)
    /// A request for help, which goes to standard output.
    case help(String)
  }

  /// The program itself, with its commands below it.
  public let root: Command
  /// Flags that every command takes, `--help` included.
  public let commonFlags: [Flag]
  let names: Names?

  /// How completion learns the names that the program knows. Where an argument is called after kinds of names, such as
  /// `CAMPAIGN|PAPER`, or a flag's value is, the program is run with `command`, that text, and with
  /// `--beginning=TEXT` if something is typed; it prints one name a line.
  public struct Names: Sendable {
    let kinds: Set<String>
    let command: [String]

    /// - Parameters:
    ///   - kinds: the words of which names of arguments are made.
    ///   - command: the words before the kinds, e.g. `["completion", "--names"]`.
    public init(of kinds: Set<String>, by command: [String]) {
      self.kinds = kinds
      self.command = command
    }
  }

  /// A program.
  ///
  /// - Parameter names: how names are completed; nil if there are none.
  /// - Precondition: A flag's name (and short letter) means the same everywhere, in whether it takes a value, so that
  ///   flags may stand before the command's name; no command has two flags of one name.
  public init(_ root: Command, commonFlags: [Flag], names: Names? = nil) {
    self.root = root
    self.names = names
    self.commonFlags = commonFlags + [.toggle("help", short: "h", help: "Explain the command and end")]
    check(root)
  }

  private func check(_ command: Command) {
    let own = command.flags + commonFlags
    precondition(Set(own.map(\.name)).count == own.count, "\(command.name) has two flags of one name")
    precondition(Set(own.compactMap(\.short)).count == own.compactMap(\.short).count, "\(command.name): a letter twice")
    precondition(Set(command.subcommands.map(\.name)).count == command.subcommands.count, "\(command.name): twice")
    for flag in own {
      let isPlain = flag.name.utf8.allSatisfy { character in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(character)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) || character == UInt8(ascii: "-")
      }
      precondition(isPlain && flag.name.utf8.count > 1, "a flag's name is lower-case words: \(flag.name)")
      precondition(flag.short?.isASCII ?? true && flag.short?.isLetter ?? true, "--\(flag.name): a letter from a to z")
      for other in root.allFlags + commonFlags where other.name == flag.name || sharesShort(flag, other) {
        precondition((other.kind == nil) == (flag.kind == nil), "--\(flag.name) takes a value in one place only")
      }
    }
    for subcommand in command.subcommands { check(subcommand) }
  }

  private func sharesShort(_ flag: Flag, _ other: Flag) -> Bool { flag.short != nil && flag.short == other.short }

  /// The command that the names lead to from the root.
  func command(_ path: [String]) -> Command? {
    path.reduce(root) { command, name in command?.subcommand(name) }
  }

  /// Understands a command line, the program's own name left out.
  ///
  /// - Throws: `UsageError`, one sentence about the first thing that is wrong.
  public func parse(_ words: [String]) throws(UsageError) -> Request {
    guard words.count <= 10_000 else {
      throw UsageError(path: [root.name], message: "more than 10,000 words are given")
    }
    let (path, rest) = try CommandFinder(program: self).find(words)
    guard let command = command(path) else { preconditionFailure("the finder only follows the table") }
    let invocation = try LineParser(program: self, path: path, command: command).parse(rest)
    if invocation.isSet("help") { return .help(help(path)) }
    guard command.isRunnable else {
      if path.isEmpty && words.isEmpty { return .help(help(path)) }
      let names = command.subcommands.map(\.name).joined(separator: ", ")
      throw UsageError(path: [root.name] + path, message: "needs a command: \(names)")
    }
    try invocation.checkComplete()
    return .run(invocation)
  }
}
