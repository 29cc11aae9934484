import CommandTable
import MessageLog
import Operations
import PaperModel

/// `shoal replay`
enum ReplayCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "replay", summary: "repeat a paper from a stage, or enqueue the unfinished work of a topic",
      discussion: """
        A paper: the results of that stage and of later ones no longer count; earlier ones do. Steps that finished \
        with the same request are answered from the journal and cost nothing again; dead runs are run again. A worker \
        then continues it: `shoal run` or `shoal worker`.

        A topic, such as work.design: for each message since the given time, the stream gets the item of its current \
        stage, unless it has ended. For use when messages were lost or skipped; finished work is not repeated. A \
        cluster keeps finished messages for seven days. For dead letters use `shoal dead replay --since TIME`.
        """,
      arguments: [.init("PAPER", count: .optional, help: "the paper's name, as `shoal status` shows it")],
      flags: [
        .value(
          "from", .choice(StageGraph.ofPaper.map(\.rawValue)), as: "STAGE", help: "The stage to repeat a paper from"),
        .value("reason", .text, as: "TEXT", help: "The reason, for the journal", default: "replayed by a person"),
        .value("topic", .text, as: "TOPIC", help: "A work topic, such as work.design or work.run.cpu"),
        .value(
          "since", .duration(.seconds(1)...(.seconds(3650 * 86_400))), as: "TIME",
          help: "With --topic, and required there: the messages of this last period, such as 2h"),
        .toggle("dry-run", help: "Only print what would be enqueued"),
      ],
      examples: [
        .init("shoal replay grokking-4f2a.1 --from write", "Writes and reviews the paper again."),
        .init("shoal replay --topic work.design --since 2h", "Enqueues the unfinished work of these messages."),
      ]),
    run: run)

  struct Document: Codable {
    let paper: String
    let from: String
  }

  struct TopicDocument: Codable {
    let topic: String
    let messages: Int
    let enqueued: [String]
    let resting: Int
    let unreadable: Int
    let dryRun: Bool
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    if let topic = invocation.text("topic") { return try await replay(topic: topic, invocation, terminal) }
    guard let name = invocation.argument("PAPER") else { throw invocation.failure("needs a PAPER, or --topic TOPIC") }
    guard let from = invocation.text("from") else {
      throw invocation.failure("--from is missing: the stage to begin at")
    }
    for flag in ["since", "dry-run"] where invocation.isSet(flag) {
      throw invocation.failure("--\(flag) is for --topic")
    }
    let stage = try StageWord.stage(from, "from", invocation)
    return try await Installation.use(invocation) { installation in
      let paper = try await installation.deployment.find(name, among: [.paper])
      try await installation.deployment.replay(
        paper, from: stage, reason: invocation.text("reason") ?? "replayed by a person")
      try terminal.print(
        "\(paper.name) is repeated from \(stage.rawValue). `shoal run` or `shoal worker` continues it.",
        orJSON: Document(paper: paper.name, from: stage.rawValue), isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }

  private static func replay(
    topic name: String, _ invocation: Invocation, _ terminal: Terminal, clock: any WallClock = MachineClock()
  ) async throws -> Int32 {
    guard invocation.argument("PAPER") == nil, !invocation.isSet("from") else {
      throw invocation.failure("--topic takes neither a PAPER nor --from")
    }
    let prefix = try Settings(invocation).cluster?.kafka.topicPrefix ?? ""
    let plain = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    guard let topic = Topic.allWork.first(where: { $0.name == plain }) else {
      let isDead = Topic.allDead.contains { $0.name == plain }
      let advice =
        isDead
        ? "use shoal dead replay --stage \(plain.dropFirst(5))"
        : "they are "
          + Topic.allWork.map(\.name).joined(separator: ", ")
      throw invocation.failure("--topic: “\(name)” is no work topic; \(advice)")
    }
    guard let since = invocation.duration("since") else { throw invocation.failure("--topic needs --since TIME") }
    let isTried = invocation.isSet("dry-run")
    return try await Installation.use(invocation) { installation in
      let bodies = try await installation.bodies(
        of: topic, since: clock.nowMicroseconds - since.components.seconds * 1_000_000)
      let result = try await installation.deployment.replay(bodies, isTried: isTried)
      let verb = isTried ? "would be" : result.streams.count == 1 ? "is" : "are"
      let text =
        result.streams.map { "\($0)\n" }.joined()
        + "\(result.streams.count) of \(result.streams.count + result.resting) streams \(verb) enqueued; "
        + "\(result.messages) messages were read, \(result.unreadable) of them can't be."
      try terminal.print(
        text,
        orJSON: TopicDocument(
          topic: plain, messages: result.messages, enqueued: result.streams.map(\.description),
          resting: result.resting, unreadable: result.unreadable, dryRun: isTried), isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }
}

/// A stage as a user writes it.
enum StageWord {
  static func stage(_ word: String, _ flag: String, _ invocation: Invocation) throws -> Stage {
    guard let stage = Stage(rawValue: word) else {
      let all = Stage.allCases.map(\.rawValue).joined(separator: ", ")
      throw invocation.failure("--\(flag): “\(word)” is no stage; the stages are \(all)")
    }
    return stage
  }
}
