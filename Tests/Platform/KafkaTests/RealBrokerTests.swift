import Kafka
import ServiceTestSupport
import Testing

@Suite(
  "Clients, on a real broker", .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)),
  .timeLimit(.minutes(2)))
struct RealBrokerTests {
  @Test func `null, empty and other values of up to a megabyte arrive unchanged`() async throws {
    let configuration = try await RealBroker.configuration()
    let topic = try await RealBroker.topic()
    let producer = try KafkaProducer(configuration)
    let values: [[UInt8]?] = [nil, [], [0], [UInt8](repeating: 9, count: 1_000_000)]
    let headers = [RecordHeader("a", nil), RecordHeader("a", []), RecordHeader("b", [1])]
    _ = try await producer.send(values.map { OutgoingRecord(topic: topic, key: [1], value: $0, headers: headers) })
    let reader = try KafkaReader(configuration)
    try await reader.start(topic, from: .beginning, follows: false)
    var found: [ReceivedRecord] = []
    for try await record in reader { found.append(record) }
    #expect(found.map(\.value) == values)
    #expect(found.allSatisfy { $0.headers == headers && $0.key == [1] && $0.timestampMilliseconds != nil })
    #expect(try await reader.watermarks(of: TopicPartition(topic, 0)) == 0..<4)
    await reader.close()
    await producer.close()
  }

  @Test func `the bounds of many partitions are one request`() async throws {
    let configuration = try await RealBroker.configuration()
    let (one, two) = (try await RealBroker.topic(partitions: 3), try await RealBroker.topic())
    let producer = try KafkaProducer(configuration)
    let places = (0..<3).map { TopicPartition(one, $0) } + [TopicPartition(two, 0)]
    for (count, place) in zip([2, 0, 1, 3], places) {
      let records = (0..<count).map { _ in
        OutgoingRecord(topic: place.topic, partition: place.partition, key: [1], value: [1])
      }
      if !records.isEmpty { _ = try await producer.send(records) }
    }
    let admin = try KafkaAdmin(configuration)
    let found = try await admin.watermarks(of: places)
    #expect(places.map { found[$0] } == [0..<2, 0..<0, 0..<1, 0..<3])
    for place in places { #expect(try await admin.watermarks(of: place) == found[place]) }
    #expect(try await admin.watermarks(of: []).isEmpty)
    await #expect(throws: KafkaError.self) { try await admin.watermarks(of: places + [TopicPartition(two, 9)]) }
    await admin.close()
    await producer.close()
  }

  @Test func `a topic that does not exist is named, by writer and by reader`() async throws {
    let configuration = try await RealBroker.configuration()
    let reader = try KafkaReader(configuration)
    let unread = await #expect(throws: KafkaError.self) {
      try await reader.start("no-such-topic", from: .beginning, follows: false)
    }
    #expect(unread?.reason == .unknownTopic)
    #expect(unread?.message.contains("no-such-topic") == true)
    await reader.close()
    let producer = try KafkaProducer(configuration)
    let unwritten = await #expect(throws: KafkaError.self) {
      try await producer.send(OutgoingRecord(topic: "no-such-topic", value: [1]))
    }
    #expect(unwritten?.reason == .unknownTopic)
    await producer.close()
  }

  @Test func `a follower sees later records, wherever it began`() async throws {
    let configuration = try await RealBroker.configuration()
    let topic = try await RealBroker.topic(partitions: 2)
    let producer = try KafkaProducer(configuration)
    try await producer.send(OutgoingRecord(topic: topic, partition: 1, value: [1], timestampMilliseconds: 1000))
    try await producer.send(OutgoingRecord(topic: topic, partition: 1, value: [2], timestampMilliseconds: 2000))
    let fromTime = try KafkaReader(configuration)
    try await fromTime.start(topic, from: .time(milliseconds: 1500), follows: true)
    #expect(try await fromTime.next()?.value == [2])
    let fromEnd = try KafkaReader(configuration)
    try await fromEnd.start(topic, from: .end, follows: true)
    try await producer.send(OutgoingRecord(topic: topic, partition: 0, value: [3]))
    #expect(try await fromEnd.next()?.value == [3])
    #expect(try await fromTime.next()?.value == [3])
    let waiting = Task { try await fromEnd.next() }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    await fromEnd.close()
    #expect(try await fromEnd.next() == nil)
    await fromTime.close()
    await producer.close()
  }

  @Test func `members share a topic, and no record is lost or delivered to both while one leaves`() async throws {
    let configuration = try await RealBroker.configuration()
    let topic = try await RealBroker.topic(partitions: 4)
    let options = GroupOptions(group: RealBroker.freshName("group"), topics: [topic])
    let commitAll: @Sendable ([TopicPartition], RecordingHandler.Seen) -> [CommitOffset] = { partitions, seen in
      partitions.compactMap { partition in
        let last = seen.records.last { $0.partition == partition }
        return last.map { CommitOffset(partition, $0.offset + 1) }
      }
    }
    let (first, second) = (RecordingHandler(lastCommit: commitAll), RecordingHandler(lastCommit: commitAll))
    let one = try KafkaGroupConsumer(configuration, options, handler: first)
    await first.wait { $0.assigned.count == 4 }
    let two = try KafkaGroupConsumer(configuration, options, handler: second)
    await first.wait { $0.assigned.count == 2 }
    await second.wait { $0.assigned.count == 2 }
    let producer = try KafkaProducer(configuration)
    let all = (0..<400).map { OutgoingRecord(topic: topic, partition: Int32($0 % 4), value: Array("\($0)".utf8)) }
    _ = try await producer.send(Array(all[..<200]))
    await second.wait { $0.records.count == 100 }
    await two.close()
    await first.wait { $0.assigned.count == 4 }
    _ = try await producer.send(Array(all[200...]))
    await first.wait { $0.records.count == 300 }
    #expect(Set(first.seen.values + second.seen.values) == Set((0..<400).map { "\($0)" }))
    #expect(first.seen.errors.isEmpty && second.seen.errors.isEmpty)
    await one.close()
    await producer.close()
  }
}
