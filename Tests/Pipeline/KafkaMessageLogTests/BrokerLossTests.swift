import Kafka
import KafkaMessageLog
import MessageLog
import PaperModel
import ServiceTestSupport
import Testing

@Suite(
  "Brokers that die", .timeLimit(.minutes(10)), .enabled(if: KafkaCluster.isAvailable, "\(KafkaCluster.whyNot)"))
struct BrokerLossTests {
  @Test func `each broker is killed and started again in turn, and no message is lost`() async throws {
    try await RealClusters.turns.take { try await Self.killEach() }
  }

  private static func killEach() async throws {
    let cluster = try await KafkaCluster(brokers: 3, heap: "200m")
    let world = try await RealClusters.world(on: cluster, workPartitions: 6)
    let design = Topic.work(.design)
    try await withLogs(world) { _, log, other in
      let wanted = 300
      try await withThrowingTaskGroup(of: Void.self) { group in
        let seen = Reports()
        let consumers = [
          try await log.consumer(of: [design], worker: WorkerID("one")),
          try await other.consumer(of: [design], worker: WorkerID("two")),
        ]
        for consumer in consumers {
          group.addTask {
            while let delivery = try await consumer.next(of: [design]) {
              seen.add(delivery.message.key)
              try await delivery.finish()
              if Set(seen.all).count == wanted { for consumer in consumers { await consumer.close() } }
            }
          }
        }
        group.addTask {
          for number in 0..<wanted {
            try await log.publish([Message(topic: design, key: "k\(number)", body: [UInt8](repeating: 1, count: 100))])
            // In between, so that there is traffic before, during and after.
            if number % 100 == 50 {
              let broker = number / 100 + 1
              try await cluster.kill(broker: broker)
              try await cluster.restart(broker: broker)
              try await awaitAll(world)
            }
          }
        }
        try await group.waitForAll()
        #expect(Set(seen.all).count == wanted)
      }
      #expect(try await log.browse(design, limit: 10).isEmpty)
    }
    try await cluster.stop()
  }

  /// Waits until all brokers are up and in sync: two at a time must not be missing.
  private static func awaitAll(_ world: LogWorld) async throws {
    let keeper = try TopicKeeper(world.configuration)
    let plans = KafkaTopics.plan(prefix: world.settings.prefix).filter { $0.name.hasSuffix("work.design") }
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
      let looks = try? await keeper.look(at: plans)
      let partitions = looks?.first?.found?.description.partitions ?? []
      if !partitions.isEmpty, partitions.allSatisfy({ $0.inSync.count == 3 && $0.leader != nil }) { break }
    }
    await keeper.close()
  }
}
