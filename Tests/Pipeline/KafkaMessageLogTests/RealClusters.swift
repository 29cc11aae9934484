import Kafka
import KafkaMessageLog
import MessageLog
import PaperModel
import ServiceTestSupport
import Synchronization

/// Apache Kafka brokers that the tests of this process share; each test has topics of its own.
enum RealClusters {
  static let one = Task { try await KafkaCluster(brokers: 1) }
  static let three = Task { try await KafkaCluster(brokers: 3) }

  static let turns = Turns(at: 3)
  private static let worlds = Atomic(0)

  /// A prefix that no other test has, with its topics created.
  static func world(on cluster: KafkaCluster, workPartitions: Int = 4) async throws -> LogWorld {
    let number = worlds.add(1, ordering: .relaxed).newValue
    let world = LogWorld(KafkaConfiguration(brokers: cluster.brokers), prefix: "t\(number).")
    var sizes = TopicSizes(brokers: cluster.brokers.count)
    sizes.workPartitions = workPartitions
    sizes.retryPartitions = 1
    sizes.eventPartitions = 1
    let keeper = try TopicKeeper(world.configuration)
    // Only those that tests use: hundreds of topics would keep the brokers busy.
    let used =
      Topic.allWork.filter { [.work(.design), .work(.review)].contains($0) } + [Topic.work(.design).deadLetters]
      + RetryTier.allCases.map { .retry($0) }
    let names = Set(used.map { world.settings.name(of: $0) } + [world.settings.controlTopic])
    let plans = KafkaTopics.plan(prefix: world.settings.prefix, sizes).filter { names.contains($0.name) }
    let made = try await keeper.create(plans)
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
  return try await RealClusters.turns.take {
    try await withLogs(try await RealClusters.world(on: cluster, workPartitions: workPartitions), body)
  }
}

/// Limits how many run at a time.
actor Turns {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(at once: Int) { free = once }

  nonisolated func take<Value>(_ body: () async throws -> Value) async throws -> Value {
    await begin()
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    await end()
    return try result.get()
  }

  private func begin() async {
    if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
  }

  private func end() { if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() } }
}
