import CommandTable

/// The table of all commands, from which parsing, help and completion follow.
enum CommandList {
  /// An executable command.
  struct Entry: Sendable {
    let command: Command
    /// Whether the command does work that it drains after a signal; others end at once.
    var isWorking = false
    let run: @Sendable (Invocation, Terminal) async throws -> Int32
  }

  /// A command, or a group of them.
  enum Node: Sendable {
    case leaf(Entry)
    case group(name: String, summary: String, [Entry])
    /// A command with others below it.
    case family(Entry, [Entry])

    var command: Command {
      switch self {
      case .leaf(let entry): entry.command
      case .group(let name, let summary, let entries):
        Command(name, summary: summary, subcommands: entries.map(\.command))
      case .family(let entry, let entries): entry.command.with(subcommands: entries.map(\.command))
      }
    }
  }

  /// Every command that can be run, with the words that select it.
  static let commands: [(path: [String], entry: Entry)] = nodes.flatMap { node -> [(path: [String], entry: Entry)] in
    switch node {
    case .leaf(let entry): [([entry.command.name], entry)]
    case .group(let name, _, let entries): entries.map { ([name, $0.command.name], $0) }
    case .family(let entry, let entries):
      [([entry.command.name], entry)] + entries.map { ([entry.command.name, $0.command.name], $0) }
    }
  }

  static let nodes: [Node] = [
    .leaf(RunCommand.entry), .leaf(SubmitCommand.entry), .leaf(WorkerCommand.entry), .leaf(StatusCommand.entry),
    .leaf(TopCommand.entry), .leaf(ShowCommand.entry), .leaf(OpenCommand.entry), .leaf(LogsCommand.entry),
    .family(CostsCommand.entry, [SettleCommand.entry]),
    .group(
      name: "dead", summary: DeadCommand.summary,
      [DeadCommand.list, DeadCommand.show, DeadReplay.entry, DeadCommand.discard]),
    .leaf(ReplayCommand.entry), .leaf(PauseCommand.pause), .leaf(PauseCommand.resume), .leaf(CancelCommand.entry),
    .leaf(BudgetCommand.entry), .leaf(RecoverCommand.entry), .leaf(ReviewCommand.entry),
    .group(
      name: "template", summary: TemplateCommand.summary,
      [TemplateCommand.list, TemplateCommand.check, BaselineCommand.entry]),
    .leaf(ExportCommand.entry), .family(ModelsCommand.entry, [ModelCheckCommand.entry]),
    .group(name: "prices", summary: PricesCommand.summary, [PricesCommand.list, PricesCommand.importing]),
    .leaf(MailboxCommand.entry),
    .group(name: "topics", summary: TopicsCommand.summary, [TopicsCommand.create, TopicsCommand.describe]),
    .leaf(DoctorCommand.entry), .leaf(CompletionCommand.entry),
  ]

  static let program = Program(
    Command(
      "shoal", summary: "turn research ideas into reviewed papers",
      discussion: """
        Turns batches of ideas into papers with reviews, code, data and exact costs. All data is in one folder, \
        --data, which several processes may share; killed work resumes where it stopped. On a cluster of machines, \
        --brokers names Apache Kafka and --store the storage that all machines share; --data is then a folder of this \
        machine alone.

        Settings come from flags, then the environment (SHOAL_DATA, SHOAL_BROKERS, SHOAL_STORE, SHOAL_PYTHON, \
        SHOAL_MODELS), then a file shoal.yaml in the working folder, whose keys are data, brokers, store, python, \
        prices (cpu-second and gpu-second in dollars, date: for example `prices: {cpu-second: 0.000011}`), kafka \
        (security) and s3 (a bucket's location). Passwords and keys come from the environment or from files, never \
        from flags.

        Exit codes: 0 done; 1 the command failed, a paper is not done, or the output is incomplete; 2 the command line \
        is invalid; 130 stopped by a signal, and the same command continues; 141 the reader of the output closed it \
        early.
        """,
      subcommands: nodes.map(\.command),
      examples: [
        .init("shoal run --template grokking --ideas 3", "Turns three ideas into reviewed papers in this process."),
        .init("shoal status", "Shows the state of every paper."),
      ]),
    commonFlags: [
      .value(
        "data", short: "d", .path, as: "DIR", help: "The data folder (SHOAL_DATA)"),
      .value(
        "brokers", .text, as: "HOST:PORT,…", help: "A cluster's Apache Kafka (SHOAL_BROKERS); none for no cluster"),
      .value(
        "store", .text, as: "DIR|s3://…",
        help: "A cluster's journals and files: a shared folder or a bucket (SHOAL_STORE)"),
      .toggle("json", help: "Print JSON for programs"),
    ], names: CompletionCommand.names)

  static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    try await entry(of: invocation).run(invocation, terminal)
  }

  static func entry(of invocation: Invocation) -> Entry {
    let path = Array(invocation.path.dropFirst())
    guard let found = commands.first(where: { $0.path == path }) else {
      preconditionFailure("every command of the table has an entry: \(invocation.path)")
    }
    return found.entry
  }

  /// The command line with `help COMMAND` and `version` replaced by the equivalent flags.
  static func normalized(_ words: [String]) -> [String] {
    switch words.first {
    case "help": words.dropFirst() + ["--help"]
    case "version" where words.count == 1: ["--version"]
    default: words
    }
  }
}
