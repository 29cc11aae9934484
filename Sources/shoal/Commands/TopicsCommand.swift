import CommandTable
import KafkaMessageLog
import Operations
import PaperModel

/// `shoal topics`
enum TopicsCommand {
  static let summary = "create and inspect a cluster's topics"

  static let create = CommandList.Entry(
    command: Command(
      "create", summary: "create the missing topics",
      discussion: """
        Each gets the retention, replication and number of partitions that it needs; existing topics are not changed. \
        If a store is named, it is created (a folder) and marked as Shoal's, so that an empty folder is never taken \
        for it. Run this once for a new cluster, and again after topics were lost: then `shoal recover` too, or `shoal \
        recover --create-topics` alone.
        """,
      flags: TopicFlags.flags,
      examples: [
        .init("shoal topics create --brokers kafka:9092 --store /mnt/shoal", "Prepares a new cluster."),
        .init("shoal topics create --partitions 96", "For up to 96 workers at a stage."),
      ]),
    run: create)

  static let describe = CommandList.Entry(
    command: Command(
      "describe", summary: "show the topics and their problems",
      discussion: """
        Shows each topic with its partitions, its messages and, for work topics, how many of them wait or are held by \
        workers; below, all problems: a topic that is missing, deletes waiting messages, is too small or has too few \
        replicas, and the command that fixes it. Ends with 1 if work can't continue.
        """,
      flags: [
        .value("workers", .integer(1...10_000), as: "N", help: "Also check whether this many workers can share a stage")
      ],
      examples: [.init("shoal topics describe --workers 40", "Checks everything, for forty workers.")]),
    run: describe)

  struct Created: Codable {
    let created: [String]
    let there: [String]
  }

  @Sendable private static func create(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let cluster = try settings(invocation)
    if let store = cluster.store { try await ClusterStore.make(store, cluster.s3) }
    let topics = try await TopicFlags.create(invocation, cluster)
    if let note = MadeTopic.note(topics) { terminal.note(note) }
    let created = topics.filter(\.isNew).map(\.name)
    let there = topics.filter { !$0.isNew }.map(\.name)
    let words = created.map { "\($0) is created." } + there.map { "\($0) exists already." }
    let prepared = cluster.store.map { ["\($0) is a store of Shoal."] } ?? []
    try terminal.print(
      (words + prepared).joined(separator: "\n"), orJSON: Created(created: created, there: there),
      isJSON: invocation.isSet("json"))
    return ExitCode.success
  }

  @Sendable private static func describe(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let reports = try await TopicAdmin.use(try settings(invocation)) { admin in
      try await admin.describe(workers: invocation.integer("workers"), counting: true)
    }
    try terminal.print(
      TopicText.text(reports), orJSON: reports.map(TopicDocument.init), isJSON: invocation.isSet("json"))
    let isBad = reports.contains { $0.findings.contains { $0.weight != .advice } }
    return isBad ? ExitCode.failure : ExitCode.success
  }

  private static func settings(_ invocation: Invocation) throws -> ClusterSettings {
    guard let cluster = try Settings(invocation).cluster else {
      throw invocation.failure("needs --brokers HOST:PORT,… or SHOAL_BROKERS: only a cluster has topics")
    }
    return cluster
  }
}
