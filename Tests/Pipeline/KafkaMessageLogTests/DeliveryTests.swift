import Kafka
import KafkaMessageLog
import MessageLog
import PaperModel
import ServiceTestSupport
import Testing

private let design = Topic.work(.design)

private func message(_ key: String, _ text: String) -> Message {
  Message(topic: design, key: key, body: Array(text.utf8))
}

private func text(_ delivery: any Delivery) -> String { String(decoding: delivery.message.body, as: UTF8.self) }

private func take(_ consumer: any MessageConsumer) async throws -> any Delivery {
  try #require(try await consumer.next(of: [design]))
}

@Suite(
  "Deliveries on Kafka", .timeLimit(.minutes(10)), .enabled(if: KafkaCluster.isAvailable, "\(KafkaCluster.whyNot)"))
struct DeliveryTests {
  @Test func `messages finished above an unfinished one stay finished after a restart`() async throws {
    try await withRealLogs(on: RealClusters.one, workPartitions: 1) { _, log, other in
      let one = try await log.consumer(of: [design], worker: WorkerID("one"))
      try await log.publish((0..<8).map { message("k\($0)", "\($0)") })
      for _ in 0..<8 {
        let delivery = try await take(one)
        if ["1", "2", "5", "7"].contains(text(delivery)) { try await delivery.finish() }
      }
      await one.close()
      #expect(
        try await log.browse(design, limit: 10).map { String(decoding: $0.message.body, as: UTF8.self) }
          == ["0", "3", "4", "6"])
      // Missing topics are left out.
      #expect(try await log.unfinished() == [design: 4, .work(.review): 0])
      let two = try await other.consumer(of: [design], worker: WorkerID("two"))
      try await log.publish([message("last", "last")])
      var seen: [String] = []
      while seen.last != "last" {
        let delivery = try await take(two)
        seen.append(text(delivery))
        #expect(text(delivery) == "last" ? delivery.count == 1 : delivery.count == 2)
        try await delivery.finish()
      }
      #expect(seen == ["0", "3", "4", "6", "last"])
    }
  }

  @Test func `no commit passes a held message while its partition goes to another`() async throws {
    try await withRealLogs(on: RealClusters.one, workPartitions: 2) { world, log, other in
      let one = try await log.consumer(of: [design], worker: WorkerID("one"))
      try await log.publish((0..<6).map { message("k\($0)", "\($0)") })
      var held: [any Delivery] = []
      for _ in 0..<6 {
        let delivery = try await take(one)
        if ["0", "1"].contains(text(delivery)) { held.append(delivery) } else { try await delivery.finish() }
      }
      // One of the two partitions is revoked, and its held deliveries go to the other consumer.
      let two = try await other.consumer(of: [design], worker: WorkerID("two"))
      let moved = try await take(two)
      #expect(["0", "1"].contains(text(moved)))
      #expect(moved.count == 2)
      let admin = try KafkaAdmin(world.configuration)
      let committed = try await admin.offsets(ofGroup: world.settings.group(of: design))
      await admin.close()
      #expect(committed.count == 2)
      #expect(committed.values.allSatisfy { $0.offset == 0 }, "committed is \(committed)")
      // The first consumer's end of a revoked delivery has no effect; the other one's has.
      for delivery in held { try await delivery.finish() }
      try await moved.finish()
      await one.close()
      await two.close()
      #expect(try await log.browse(design, limit: 10).isEmpty)
    }
  }

  @Test func `bytes that are no message of ours reach the dead letters unchanged`() async throws {
    try await withRealLogs(on: RealClusters.one) { world, log, _ in
      let name = world.settings.name(of: design)
      let strange: [OutgoingRecord] = [
        OutgoingRecord(topic: name, key: nil, value: [0xff, 0x00]),
        OutgoingRecord(topic: name, key: [0xc3, 0x28, 0x00], value: nil),
        OutgoingRecord(
          topic: name, key: [], value: [],
          headers: [RecordHeader("stage", [0xff, 0xfe]), RecordHeader("twice", [1]), RecordHeader("twice", nil)]),
      ]
      let producer = try KafkaProducer(world.configuration)
      _ = try await producer.send(strange)
      await producer.close()
      let consumer = try await log.consumer(of: [design], worker: WorkerID("w"))
      for _ in strange {
        // Through a retry tier too, which must not change them either.
        try await take(consumer).retry(afterSeconds: 1, headers: ["attempt": "1"])
      }
      world.clock.advance(seconds: 10)
      for _ in strange { try await take(consumer).deadLetter(headers: ["error-kind": "undecodable"]) }
      let letters = try await log.browse(design.deadLetters, limit: 10)
      #expect(Set(letters.map(\.message.body)) == [[0xff, 0x00], []])
      let raw = try await records(of: world.settings.name(of: design.deadLetters), world)
      #expect(raw.count == 3)
      for sent in strange {
        let letter = try #require(raw.first { $0.header("origin-key") == sent.key && $0.value == sent.value ?? [] })
        #expect((letter.header("had-no-value") != nil) == (sent.value == nil))
        #expect(sent.headers.allSatisfy { letter.headers.contains($0) }, "\(letter.headers)")
      }
    }
  }

  @Test func `a waiting message that its topic refuses is reported once, and returned when it no longer does`()
    async throws
  {
    try await withRealLogs(on: RealClusters.one, workPartitions: 1) { world, log, _ in
      let name = world.settings.name(of: design)
      let consumer = try await log.consumer(of: [design], worker: WorkerID("w"))
      // Random bytes, which can't be compressed.
      let body = (0..<2_000).map { _ in UInt8.random(in: 0 ... .max) }
      try await log.publish([Message(topic: design, key: "k", body: body)])
      try await take(consumer).retry(afterSeconds: 1, headers: [:])
      let admin = try KafkaAdmin(world.configuration)
      let wanted = try #require(try await admin.settings(ofTopic: name)["max.message.bytes"]?.value)
      try await admin.change(settings: ["max.message.bytes": "200"], ofTopic: name)
      world.clock.advance(seconds: 10)
      let end = ContinuousClock.now + .seconds(30)
      while log.trouble == nil, ContinuousClock.now < end { _ = try await log.control() }
      let trouble = try #require(log.trouble)
      #expect(trouble.message.contains("max.message.bytes") && trouble.message.contains("shoal doctor"), "\(trouble)")
      try await admin.change(settings: ["max.message.bytes": wanted], ofTopic: name)
      await admin.close()
      try await take(consumer).finish()
      while log.trouble != nil, ContinuousClock.now < end { _ = try await log.control() }
      #expect(log.trouble == nil)
      #expect(world.reports.all.filter { $0 == trouble.message }.count == 1, "\(world.reports.all)")
    }
  }

  @Test func `a dead letter that is written again after a crash is one letter`() async throws {
    try await withRealLogs(on: RealClusters.one, workPartitions: 1) { world, log, _ in
      try await log.publish([message("a", "a")])
      for _ in 0..<2 {
        let consumer = try await log.consumer(of: [design], worker: WorkerID("w"))
        try await take(consumer).deadLetter(headers: ["error-kind": "x"])
        await consumer.close()
        // As if the process had been killed before it could commit.
        let admin = try KafkaAdmin(world.configuration)
        try await admin.set(
          offsets: [CommitOffset(TopicPartition(world.settings.name(of: design), 0), 0)],
          ofGroup: world.settings.group(of: design))
        await admin.close()
      }
      #expect(try await log.browse(design.deadLetters, limit: 10).count == 1)
    }
  }

  @Test func `a missing topic is named, with what to do`() async throws {
    let cluster = try await RealClusters.one.value
    let world = LogWorld(KafkaConfiguration(brokers: cluster.brokers), prefix: "nowhere.")
    try await withLogs(world) { _, log, _ in
      let error = await #expect(throws: MessageLogError.self) {
        try await log.consumer(of: [design], worker: WorkerID("w"))
      }
      #expect(error?.message.contains("nowhere.work.design") == true)
      #expect(error?.message.contains("shoal topics create") == true)
      #expect(error?.isRetriable == false)
    }
  }

  private func records(of topic: String, _ world: LogWorld) async throws -> [ReceivedRecord] {
    let reader = try KafkaReader(world.configuration)
    try await reader.start(topic, from: .beginning, follows: false)
    var all: [ReceivedRecord] = []
    while let record = try await reader.next() { all.append(record) }
    await reader.close()
    return all
  }
}

@Suite("Waiting on Kafka", .timeLimit(.minutes(10)))
struct WaitingTests {
  @Test func `a message may be held for longer than a consumer may leave its thread unattended`() async throws {
    try await withMockLogs(change: { $0.pollInterval = .seconds(6) }) { _, log, _ in
      let consumer = try await log.consumer(of: [design], worker: WorkerID("w"))
      try await log.publish([message("long", "long")])
      let long = try await take(consumer)
      let end = ContinuousClock.now + .seconds(9)
      var count = 0
      while ContinuousClock.now < end {
        count += 1
        try await log.publish([message("short", "\(count)")])
        let delivery = try await take(consumer)
        #expect(text(delivery) == "\(count)")
        try await delivery.finish()
      }
      try await long.finish()
      await consumer.close()
      #expect(log.trouble == nil)
      let later = try await log.consumer(of: [design], worker: WorkerID("x"))
      try await log.publish([message("long", "next")])
      #expect(text(try await take(later)) == "next")
    }
  }

  @Test func `a wait longer than the longest tier passes through it again`() async throws {
    try await withMockLogs { world, log, _ in
      let consumer = try await log.consumer(of: [design], worker: WorkerID("w"))
      try await log.publish([message("a", "a")])
      try await take(consumer).retry(afterSeconds: 2 * 3_600, headers: [:])
      func waiting() async throws -> [String?] {
        try await log.browse(.retry(.oneHour), limit: 9).map { $0.message.headers["not-before"] }
      }
      let start = world.clock.nowMicroseconds
      #expect(try await waiting() == ["\(start + 3_600_000_000)"])
      world.clock.advance(seconds: 3_600)
      while try await waiting() != ["\(start + 7_200_000_000)"] {}
      world.clock.advance(seconds: 3_600)
      let back = try await take(consumer)
      #expect(text(back) == "a")
      #expect(back.message.headers == [HeaderName.originTopic: design.name])
    }
  }

  @Test func `every reader gets all control flags that were set before, however many ask at once`() async throws {
    try await withMockLogs { _, log, other in
      for round in UInt8(0)..<20 {
        let asked = Task { try await other.control() }
        try await log.setControl("round", to: [round])
        try await withThrowingTaskGroup(of: [String: [UInt8]].self) { group in
          for _ in 0..<50 { group.addTask { try await other.control() } }
          for try await words in group { #expect(words == ["round": [round]]) }
        }
        _ = try await asked.value
      }
      let cancelled = Task {
        while true { _ = try await other.control() }
      }
      cancelled.cancel()
      await #expect(throws: CancellationError.self) { try await cancelled.value }
      let words = try await other.control()
      #expect(words["round"] == [19])
    }
  }

  @Test func `control flags of another process are seen, and its removals`() async throws {
    try await withMockLogs { _, log, other in
      try await log.setControl("before", to: [1])
      #expect(try await other.control() == ["before": [1]])
      try await log.setControl("after", to: [2])
      #expect(try await other.control() == ["before": [1], "after": [2]])
      try await log.setControl("before", to: nil)
      #expect(try await other.control() == ["after": [2]])
    }
  }
}
