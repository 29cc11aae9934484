import GeneratorTestSupport
import Kafka
import ServiceTestSupport
import Testing

/// Kills the brokers of a cluster, one at a time, and starts each again.
struct BrokerFaults {
  private let cluster: KafkaCluster
  private let admin: KafkaAdmin
  private var chance: SeededGenerator

  /// The effect of the faults.
  struct Outcome {
    var kills: [Int: Int] = [:]
    /// The number of partitions that had another leader after a kill.
    var movedLeaders = 0
  }
  private(set) var outcome = Outcome()

  init(_ cluster: KafkaCluster, seed: UInt64) throws {
    self.cluster = cluster
    admin = try KafkaAdmin(KafkaConfiguration(brokers: cluster.brokers))
    chance = SeededGenerator(seed: seed)
  }

  /// Kills each broker this often, in random order, until the time is over; waits each time until the cluster has
  /// noticed, and then until all replicas are in sync again.
  mutating func disturb(rounds: Int, of brokers: Int, until end: Int64) async throws {
    for _ in 0..<rounds {
      for broker in (1...cluster.brokers.count).shuffled(using: &chance).prefix(brokers) {
        guard Pace.now < end else { return }
        try await kill(broker)
        try await Pace.rest(Double.random(in: 1...4, using: &chance))
      }
    }
  }

  /// Whether all replicas of every partition are in sync.
  func areInStep() async -> Bool {
    guard let now = try? await admin.describeCluster() else { return false }
    return now.brokers.count == cluster.brokers.count
      && now.topics.allSatisfy { $0.partitions.allSatisfy { $0.inSync.count == $0.replicas.count } }
  }

  func close() async { await admin.close() }

  private mutating func kill(_ broker: Int) async throws {
    let before = await leaders()
    try await cluster.kill(broker: broker)
    outcome.kills[broker, default: 0] += 1
    // A dead broker is noticed after 6 s.
    try await Pace.rest(Double.random(in: 7...9, using: &chance))
    let after = await leaders()
    outcome.movedLeaders += before.count { place, leader in after[place].map { $0 != leader } ?? false }
    try await cluster.restart(broker: broker)
    let admin = self
    let isBack = try await Pace.look(every: 0.5, within: 60) { await admin.areInStep() }
    #expect(isBack, "broker \(broker) did not come back into step")
  }

  private func leaders() async -> [TopicPartition: Int32] {
    guard let now = try? await admin.describeCluster() else { return [:] }
    var leaders: [TopicPartition: Int32] = [:]
    for topic in now.topics {
      for partition in topic.partitions {
        if let leader = partition.leader { leaders[TopicPartition(topic.name, partition.number)] = leader }
      }
    }
    return leaders
  }
}
