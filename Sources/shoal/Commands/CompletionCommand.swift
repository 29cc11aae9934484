import CommandTable
import Operations
import PaperModel

/// `shoal completion`
enum CompletionCommand {
  /// The kinds of names by which arguments are called.
  private static let kinds: [String: StreamID.Kind] = ["CAMPAIGN": .campaign, "PAPER": .paper, "RUN": .run]
  static let names = Program.Names(of: Set(kinds.keys), by: ["completion", "--names"])

  static let entry = CommandList.Entry(
    command: Command(
      "completion", summary: "print a script that completes commands, flags and names",
      discussion: """
        In bash and fish, source the script. In zsh, source it after compinit, or save it as a file `_shoal` in a \
        folder of fpath. The script asks this command for the names of campaigns, papers and runs, in the data folder \
        or on the cluster that the line or the environment names.
        """,
      arguments: [
        .init(
          "SHELL", .choice(Shell.allCases.map(\.rawValue)), count: .optional, help: "the shell that will read it")
      ],
      flags: [
        .value("names", .text, as: "KIND|…", help: "Print names instead: of CAMPAIGN, PAPER and RUN"),
        .value("beginning", .text, as: "TEXT", help: "Only names that begin with this text"),
      ],
      examples: [
        .init(
          "shoal completion bash", "Prints the script; `source <(shoal completion bash)` in ~/.bashrc uses it."),
        .init("shoal completion --names PAPER --beginning many.", "Prints the names of a campaign's papers."),
      ]),
    run: run)

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    if let shell = invocation.argument("SHELL").flatMap(Shell.init) {
      terminal.printExactly(CommandList.program.completionScript(for: shell))
      return ExitCode.success
    }
    guard let text = invocation.text("names") else {
      throw invocation.failure("SHELL is missing: one of \(Shell.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let wanted = try text.split(separator: "|").map { word in
      guard let kind = kinds[String(word)] else {
        throw invocation.failure("--names: “\(word)” is none of CAMPAIGN, PAPER and RUN")
      }
      return kind
    }
    return try await Installation.use(invocation, for: .reading) { installation in
      let names = try await installation.deployment.names(
        of: Set(wanted), beginning: invocation.text("beginning") ?? "")
      terminal.printExactly(names.map { $0 + "\n" }.joined())
      return ExitCode.success
    }
  }
}
