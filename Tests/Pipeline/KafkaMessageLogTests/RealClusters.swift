import Kafka
import KafkaMessageLog
import ServiceTestSupport
import Synchronization

/// Apache Kafka brokers that the tests of this process share; each test has topics of its own.
enum RealClusters {
  static let one = Task { try await KafkaCluster(brokers: 1) }
  static let three = Task { try await KafkaCluster(brokers: 3) }

  private static let worlds = Atomic(0)

  /// A prefix that no other test has, with its topics made.
  static func world(on cluster: KafkaCluster, workPartitions: Int = 4) async throws -> LogWorld {
    let number = worlds.add(1, ordering: .relaxed).newValue
    let world = LogWorld(KafkaConfiguration(brokers: cluster.brokers), prefix: "t\(number).")
    var sizes = TopicSizes(brokers: cluster.brokers.count)
    sizes.workPartitions = workPartitions
    sizes.retryPartitions = 1
    sizes.eventPartitions = 1
    let keeper = try TopicKeeper(world.configuration)
    let made = try await keeper.create(KafkaTopics.plan(prefix: world.settings.prefix, sizes))
    await keeper.close()
    for (name, making) in made where making != .made { throw NotMade(words: "\(name): \(making)") }
    return world
  }

  struct NotMade: Error { let words: String }
}

/// Logs on Apache Kafka.
func withRealLogs<Value>(
  on cluster: Task<KafkaCluster, any Error>, workPartitions: Int = 4,
  _ body: (LogWorld, KafkaMessageLog, KafkaMessageLog) async throws -> Value
) async throws -> Value {
  let cluster = try await cluster.value
  return try await withLogs(try await RealClusters.world(on: cluster, workPartitions: workPartitions), body)
}
