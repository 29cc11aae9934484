import CommandTable
import Operations
import PaperModel

/// `shoal replay`
enum ReplayCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "replay", summary: "take a paper up again from a stage",
      discussion: """
        The results of that stage and of later ones no longer count; earlier ones do. Steps that were finished with \
        the same request are answered from the journal and cost nothing again; runs that were given up are run again. \
        A worker then goes on: `shoal run` or `shoal worker`.
        """,
      arguments: [.init("PAPER", help: "the paper's name, as `shoal status` shows it")],
      flags: [
        .value(
          "from", .choice(StageGraph.ofPaper.map(\.rawValue)), as: "STAGE", help: "The stage to take it up from",
          isRequired: true),
        .value("reason", .text, as: "TEXT", help: "Why, for the journal", default: "replayed by a person"),
      ],
      examples: [.init("shoal replay grokking-4f2a.1 --from write", "Has the paper written and reviewed anew.")]),
    run: run)

  struct Document: Codable {
    let paper: String
    let from: String
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let stage = try StageWord.stage(invocation.text("from") ?? "", "from", invocation)
    return try await Installation.use(invocation) { installation in
      let paper = try await installation.deployment.find(invocation.argument("PAPER") ?? "", among: [.paper])
      try await installation.deployment.replay(
        paper, from: stage, reason: invocation.text("reason") ?? "replayed by a person")
      try terminal.print(
        "\(paper.name) is taken up again from \(stage.rawValue). `shoal run` or `shoal worker` goes on with it.",
        orJSON: Document(paper: paper.name, from: stage.rawValue), isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }
}
