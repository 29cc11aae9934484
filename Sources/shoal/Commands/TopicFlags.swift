import CommandTable
import KafkaMessageLog

/// The flags for the sizes of topics.
enum TopicFlags {
  static let flags: [Flag] = [
    .value(
      "partitions", .integer(1...10_000), as: "N",
      help: "Partitions of each work topic: the most workers that share a stage", default: "24"),
    .value(
      "replication", .integer(1...100), as: "N",
      help: "Replicas of each partition; by default three, or as many as there are brokers"),
    .value(
      "events-retention", .duration(.seconds(86_400)...(.seconds(3650 * 86_400))), as: "TIME",
      help: "How long events are kept", default: "30d"),
  ]

  /// Creates the missing topics with the sizes that the flags give.
  /// - Returns: all topics.
  static func create(_ invocation: Invocation, _ cluster: ClusterSettings) async throws -> [MadeTopic] {
    try await TopicAdmin.use(cluster) { admin in
      try await admin.create { sizes in
        sizes.workPartitions = invocation.integer("partitions") ?? sizes.workPartitions
        sizes.replication = invocation.integer("replication") ?? sizes.replication
        let day = Duration.seconds(86_400)
        sizes.eventDays = invocation.duration("events-retention").map { Int($0 / day) } ?? sizes.eventDays
      }
    }
  }
}
