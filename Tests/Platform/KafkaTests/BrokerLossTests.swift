import Kafka
import ServiceTestSupport
import Testing

@Suite(
  "Loss of brokers, on three real ones",
  .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)), .timeLimit(.minutes(3)))
struct BrokerLossTests {
  @Test func `each broker is killed in turn: acknowledged records are there once, and a group reads on`()
    async throws
  {
    let cluster = try await KafkaCluster(brokers: 3, heap: "160m")
    let configuration = KafkaConfiguration(brokers: cluster.brokers, clientID: "tests")
    let admin = try KafkaAdmin(configuration)
    try await admin.connect(within: .seconds(30))
    try await admin.create([NewTopic(name: "work", partitions: 3)])["work"]?.get()
    let handler = RecordingHandler()
    var options = GroupOptions(group: "readers", topics: ["work"])
    options.sessionTimeout = .seconds(30)
    let consumer = try KafkaGroupConsumer(configuration, options, handler: handler)
    await handler.wait { $0.assigned.count == 3 }

    let producer = try KafkaProducer(configuration)
    let sending = Task { try await send(with: producer) }
    for number in [1, 2, 3] {
      try await cluster.kill(broker: number)
      // The loss of a broker blocks nothing: more is read, and a commit reaches the group's coordinator, even if that
      // moved.
      let count = handler.seen.records.count
      await handler.wait { $0.records.count > count + 50 }
      try await commit(handler, consumer)
      try await cluster.restart(broker: number)
      try await awaitAllReplicas(admin)
    }
    sending.cancel()
    let acknowledged = try await sending.value
    #expect(acknowledged.count > 200)
    await handler.wait { $0.records.count >= acknowledged.count }
    let found = handler.seen.records
    let written = Dictionary(found.map { ($0.place, $0.value) }) { first, _ in first }
    #expect(acknowledged.allSatisfy { written[$0.key] == .some(.some($0.value)) })
    #expect(Set(found.map(\.value)).count == found.count, "one was written or handed out twice")
    #expect(handler.seen.lost.isEmpty, "the group fell apart")
    #expect(producer.rebuildCount == 0)
    try await commit(handler, consumer)
    await consumer.close()
    await producer.close()
    let offsets = try await admin.offsets(ofGroup: "readers")
    for (partition, committed) in offsets {
      #expect(committed.offset == found.filter { $0.partition == partition }.map(\.offset).max().map { $0 + 1 })
    }
    #expect(offsets.count == 3)
    await admin.close()
    try await cluster.stop()
  }

  /// Sends one small batch after the other until its task is cancelled; returns the acknowledged records with their
  /// places.
  private func send(with producer: KafkaProducer) async throws -> [RecordPlace: [UInt8]] {
    var acknowledged: [RecordPlace: [UInt8]] = [:]
    var number = 0
    while !Task.isCancelled {
      let records = (0..<5).map { index in
        OutgoingRecord(topic: "work", partition: Int32((number + index) % 3), value: Array("\(number + index)".utf8))
      }
      number += records.count
      // A batch that is cancelled was not sent.
      guard let places = try await sent(records, producer) else { break }
      for (place, record) in zip(places, records) { acknowledged[place] = record.value ?? [] }
    }
    return acknowledged
  }

  private func sent(_ records: [OutgoingRecord], _ producer: KafkaProducer) async throws -> [RecordPlace]? {
    do { return try await producer.send(records) } catch is CancellationError { return nil }
  }

  /// Commits what was read, as often as needed while the group's coordinator moves.
  private func commit(_ handler: RecordingHandler, _ consumer: KafkaGroupConsumer) async throws {
    while true {
      var last: [TopicPartition: Int64] = [:]
      for record in handler.seen.records { last[record.partition] = record.offset + 1 }
      do throws(KafkaError) { return try await consumer.commit(last.map { CommitOffset($0.key, $0.value) }) } catch {
        guard error.isRetriable else { throw error }
      }
    }
  }

  /// Waits until every partition is in sync on all brokers again, before the next one is killed.
  private func awaitAllReplicas(_ admin: KafkaAdmin) async throws {
    while try await admin.describe(topic: "work").partitions.contains(where: { $0.inSync.count < 3 }) {}
  }
}
