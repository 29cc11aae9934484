import Kafka
import KafkaMessageLog
import MessageLog
import PaperModel
import ServiceTestSupport
import Testing

private let design = Topic.work(.design)

/// Topics shrink: records that every group has finished are deleted, and no others.
@Suite(.timeLimit(.minutes(10)), .enabled(if: KafkaCluster.isAvailable, "\(KafkaCluster.whyNot)"))
struct TrimmingTests {
  private static let count = 100_000

  /// Publishes messages, finishes all of them but the named one, and holds that one until the end.
  private static func work(_ log: KafkaMessageLog, except kept: String) async throws {
    for start in stride(from: 0, to: count, by: 10_000) {
      try await log.publish(
        (start..<(start + 10_000)).map { Message(topic: design, key: "k\($0)", body: Array("\($0)".utf8)) })
    }
    let consumer = try await log.consumer(of: [design], worker: WorkerID("w"))
    for _ in 0..<count {
      let delivery = try #require(try await consumer.next(of: [design]))
      if delivery.message.key != kept { try await delivery.finish() }
    }
    await consumer.close()
  }

  private static func sizes(_ topic: String, _ world: LogWorld) async throws -> [Int] {
    let admin = try KafkaAdmin(world.configuration)
    let partitions = try await admin.describe(topic: topic).partitions.map { TopicPartition(topic, $0.number) }
    let bounds = try await admin.watermarks(of: partitions)
    await admin.close()
    return partitions.map { bounds[$0]?.count ?? -1 }
  }

  @Test func `of 100,000 messages only finished ones are deleted, after a week`() async throws {
    try await withRealLogs(on: RealClusters.one, workPartitions: 4) { world, log, other in
      let name = world.settings.name(of: design)
      try await Self.work(log, except: "k40000")
      #expect(try await Self.sizes(name, world).reduce(0, +) == Self.count)
      #expect(try await log.browse(design, limit: 10).map(\.message.key) == ["k40000"])

      // The records bear the broker's time, so they are first less than a week old, and then more.
      let now = MachineClock().nowMicroseconds
      world.clock.advance(microseconds: now - world.clock.nowMicroseconds + 6 * 86_400_000_000)
      #expect(try await log.deleteFinished() == 0)
      world.clock.advance(seconds: 2 * 86_400)
      let deleted = try await log.deleteFinished()
      #expect(try await log.deleteFinished() == 0)
      #expect(try await other.deleteFinished() == 0)

      // One partition keeps the records above the unfinished one; the others are empty.
      let left = try await Self.sizes(name, world)
      #expect(left.filter { $0 == 0 }.count == 3 && deleted == Int64(Self.count - left.reduce(0, +)), "\(left)")
      #expect(deleted > 80_000)
      #expect(try await log.browse(design, limit: 10).map(\.message.key) == ["k40000"])
      let consumer = try await other.consumer(of: [design], worker: WorkerID("again"))
      try await other.publish([Message(topic: design, key: "last", body: [1])])
      var keys: Set<String> = []
      for _ in 0..<2 {
        let delivery = try #require(try await consumer.next(of: [design]))
        keys.insert(delivery.message.key)
        try await delivery.finish()
      }
      #expect(keys == ["k40000", "last"])
      await consumer.close()
    }
  }

  @Test func `a group of another program that is behind keeps its records`() async throws {
    try await withRealLogs(on: RealClusters.one, workPartitions: 1) { world, log, _ in
      let partition = TopicPartition(world.settings.name(of: design), 0)
      let admin = try KafkaAdmin(world.configuration)
      try await log.publish((0..<5_000).map { Message(topic: design, key: "k\($0)", body: [1]) })
      try await admin.set(offsets: [CommitOffset(partition, 5_000)], ofGroup: world.settings.group(of: design))
      try await admin.set(offsets: [CommitOffset(partition, 2_000)], ofGroup: world.settings.prefix + "reader")
      world.clock.advance(
        microseconds: MachineClock().nowMicroseconds - world.clock.nowMicroseconds + 8 * 86_400_000_000)
      #expect(try await log.deleteFinished() == 2_000)
      #expect(try await admin.watermarks(of: partition) == 2_000..<5_000)
      await admin.close()
    }
  }

  @Test func `retry topics keep no record that was returned`() async throws {
    try await withRealLogs(on: RealClusters.one, workPartitions: 1) { world, log, _ in
      let tier = TopicPartition(world.settings.name(of: .retry(.tenSeconds)), 0)
      try await log.publish((0..<1_500).map { Message(topic: design, key: "k\($0)", body: [1]) })
      let consumer = try await log.consumer(of: [design], worker: WorkerID("w"))
      for _ in 0..<1_500 {
        try await #require(try await consumer.next(of: [design])).retry(afterSeconds: 1, headers: [:])
      }
      world.clock.advance(seconds: 10)
      for _ in 0..<1_500 { try await #require(try await consumer.next(of: [design])).finish() }
      await consumer.close()
      await log.close()
      let again = try world.log()
      #expect(try await again.deleteFinished() == 1_500)
      let admin = try KafkaAdmin(world.configuration)
      #expect(try await admin.watermarks(of: tier).isEmpty)
      await admin.close()
      await again.close()
    }
  }
}
