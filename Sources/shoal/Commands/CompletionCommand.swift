import CommandTable

/// `shoal completion`
enum CompletionCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "completion", summary: "print a script that completes commands and flags",
      discussion: """
        In bash and fish, source the script. In zsh, source it after compinit, or save it as a file `_shoal` in a \
        folder of fpath.
        """,
      arguments: [.init("SHELL", .choice(Shell.allCases.map(\.rawValue)), help: "the shell that will read it")],
      examples: [
        .init(
          "shoal completion bash", "Prints the script; `source <(shoal completion bash)` in ~/.bashrc uses it.")
      ]),
    run: { invocation, terminal in
      let shell = invocation.argument("SHELL").flatMap(Shell.init) ?? .bash
      terminal.printExactly(CommandList.program.completionScript(for: shell))
      return ExitCode.success
    })
}
