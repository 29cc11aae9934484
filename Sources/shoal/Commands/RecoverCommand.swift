import CommandTable
import Journal
import Operations

/// `shoal recover`
enum RecoverCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "recover", summary: "enqueue all unfinished work again, from the journals",
      discussion: """
        For use when the message log was lost or restored from an old copy. The journals know all unfinished work; its \
        items are published again. Duplicate items do no harm: nothing is done or paid for twice. Ideas that the index \
        of ideas lacks are added again. A cluster's topics must exist; with --create-topics missing ones are created \
        first, as `shoal topics create` does.
        """,
      flags: [.toggle("create-topics", help: "Create a cluster's missing topics first")]
        + TopicFlags.flags,
      examples: [
        .init("shoal recover", "Enqueues the unfinished work of the data folder."),
        .init("shoal recover --create-topics", "Also creates the topics of a cluster that has lost them."),
      ]),
    run: run)

  struct Document: Codable {
    let published: Int
    /// Topics that were created.
    let created: [String]
  }

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let isCreating = invocation.isSet("create-topics")
    for flag in TopicFlags.flags.map(\.name) where invocation.isSet(flag) && !isCreating {
      throw invocation.failure("--\(flag) is for --create-topics")
    }
    if isCreating, try Settings(invocation).cluster == nil {
      throw invocation.failure(
        "--create-topics needs --brokers HOST:PORT,… or SHOAL_BROKERS: only a cluster has topics")
    }
    return try await Installation.use(invocation) { installation in
      let created = try await topics(invocation, installation, terminal, isCreating: isCreating)
      let deployment = installation.deployment
      let count = try await deployment.recover()
      try await JournaledIdeas(journal: deployment.journal, blobs: deployment.blobs).write(to: installation.ideas)
      let text =
        count == 0
        ? "Nothing is unfinished."
        : "\(count) \(count == 1 ? "item is" : "items are") enqueued. `shoal worker` works on it."
      try terminal.print(
        (created.map { "\($0) is created." } + [text]).joined(separator: "\n"),
        orJSON: Document(published: count, created: created), isJSON: invocation.isSet("json"))
      return ExitCode.success
    }
  }

  /// Creates a cluster's missing topics.
  /// - Returns: the names of the created ones.
  private static func topics(
    _ invocation: Invocation, _ installation: Installation, _ terminal: Terminal, isCreating: Bool
  ) async throws -> [String] {
    guard let cluster = installation.settings.cluster else { return [] }
    if isCreating {
      let topics = try await TopicFlags.create(invocation, cluster)
      if let note = MadeTopic.note(topics) { terminal.note(note) }
      return topics.filter(\.isNew).map(\.name)
    }
    let missing = try await TopicAdmin.use(cluster) { try await $0.missing() }
    guard let first = missing.first else { return [] }
    let names =
      missing.count == 1
      ? "\(first) is" : "\(first) and \(missing.count - 1) other \(missing.count == 2 ? "topic" : "topics") are"
    throw OperationError(
      "\(names) missing. Run `shoal recover --create-topics`, or `shoal topics create` and then this again.")
  }
}
