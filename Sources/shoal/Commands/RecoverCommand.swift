import CommandTable
import Operations

/// `shoal recover`
enum RecoverCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "recover", summary: "enqueue all unfinished work again, from the journals",
      discussion: """
        For the day on which the message log was lost or restored from an old copy. The journals know what is \
        unfinished; each item of it is published again. Items that were there all the same do no harm: nothing is \
        done or paid for twice.
        """,
      examples: [.init("shoal recover", "Enqueues what is unfinished in the data folder.")]),
    run: run)

  struct Document: Codable { let published: Int }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    try await Installation.use(invocation) { installation in
      let count = try await installation.deployment.recover()
      let text =
        count == 0
        ? "Nothing is unfinished."
        : "\(count) \(count == 1 ? "item is" : "items are") enqueued. `shoal worker` works on it."
      try terminal.print(text, orJSON: Document(published: count), isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }
}
