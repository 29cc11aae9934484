import Kafka
import ServiceTestSupport
import Testing

@Suite(
  "Admin, on a real broker", .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)),
  .timeLimit(.minutes(2)))
struct AdminTests {
  @Test func `a topic is made with its settings, described, changed, grown and deleted`() async throws {
    let admin = try KafkaAdmin(try await RealBroker.configuration())
    try await admin.connect(within: .seconds(20))
    let name = RealBroker.freshName("topic")
    let topic = NewTopic(name: name, partitions: 3, replicas: 1, settings: ["retention.ms": "-1"])
    try await admin.create([topic])[name]?.get()
    try await eventually { try await admin.partitionNumbers(of: name) == [0, 1, 2] }
    #expect(try await admin.describe(topic: name).partitions.allSatisfy { $0.leader == 1 && $0.replicas == [1] })

    let again = try await admin.create([topic])
    let error = #expect(throws: KafkaError.self) { try again[name]?.get() }
    #expect(error?.reason == .topicExists)

    let settings = try await admin.settings(ofTopic: name)
    #expect(settings["retention.ms"]?.value == "-1")
    #expect(settings["retention.ms"]?.isDefault == false)
    #expect(settings["cleanup.policy"]?.isDefault == true)
    try await admin.change(settings: ["cleanup.policy": "compact"], ofTopic: name)
    try await eventually { try await admin.settings(ofTopic: name)["cleanup.policy"]?.value == "compact" }
    #expect(try await admin.settings(ofTopic: name)["retention.ms"]?.value == "-1")

    try await admin.grow(topic: name, toPartitions: 5)
    try await eventually { try await admin.describe(topic: name).partitions.count == 5 }
    #expect(try await admin.describeCluster().brokers.map(\.number) == [1])
    #expect(try await admin.describeCluster().topics.contains { $0.name == name })
    try await admin.delete(topics: [name])[name]?.get()
    try await eventually {
      do throws(KafkaError) {
        _ = try await admin.settings(ofTopic: name)
        return false
      } catch {
        guard error.reason == .unknownTopic else { throw error }
        #expect(error.message.contains("create it first"))
        return true
      }
    }
    await admin.close()
    let late = await #expect(throws: KafkaError.self) { try await admin.groups() }
    #expect(late?.reason == .closed)
  }

  @Test func `a group is listed with its members, and its offsets are read and set`() async throws {
    let configuration = try await RealBroker.configuration()
    let topic = try await RealBroker.topic(partitions: 2)
    let partition = TopicPartition(topic, 0)
    let group = RealBroker.freshName("group")
    let handler = RecordingHandler()
    let consumer = try KafkaGroupConsumer(configuration, GroupOptions(group: group, topics: [topic]), handler: handler)
    await handler.wait { $0.assigned.count == 2 }
    let metadata = String(repeating: "~", count: 4096)
    try await consumer.commit([CommitOffset(partition, 5, metadata: metadata)])

    let admin = try KafkaAdmin(configuration)
    #expect(try await admin.groups().contains(group))
    let description = try await admin.describe(group: group)
    #expect(description.state == "Stable")
    #expect(description.members.map(\.clientID) == ["tests"])
    #expect(Set(description.members[0].partitions) == consumer.assignment)
    #expect(try await admin.offsets(ofGroup: group) == [partition: CommittedOffset(offset: 5, metadata: metadata)])
    await consumer.close()
    try await admin.set(offsets: [CommitOffset(partition, 2, metadata: "by hand")], ofGroup: group)
    #expect(try await admin.offsets(ofGroup: group, partitions: [partition])[partition]?.offset == 2)
    try await admin.delete(group: group)
    #expect(try await !admin.groups().contains(group))
    await admin.close()
  }

  /// Asks until the answer is yes: a controller answers a change before all brokers have applied it, and nothing tells
  /// when they have. The suite's time limit ends the asking.
  private func eventually(_ isSo: () async throws -> Bool) async throws {
    while try await !isSo() { try Task.checkCancellation() }
  }
}

extension KafkaAdmin {
  /// Empty while the broker does not know the topic.
  fileprivate func partitionNumbers(of topic: String) async throws(KafkaError) -> [Int32] {
    do {
      return try await describe(topic: topic).partitions.map(\.number)
    } catch {
      guard error.reason == .unknownTopic else { throw error }
      return []
    }
  }
}

@Suite("Admin, on a mock cluster", .timeLimit(.minutes(1)))
struct AdminErrorTests {
  // Where its own group's coordinator is unknown, librdkafka would follow a null pointer at such an answer.
  @Test(arguments: [Int32(14), 15, 16])
  func `a coordinator that is not ready fails the question, and the next one is answered`(code: Int32) async throws {
    let world = try MockWorld()
    let admin = try KafkaAdmin(world.cluster.configuration)
    world.cluster.fail(.offsetFetch, with: [code])
    let error = await #expect(throws: KafkaError.self) {
      try await admin.offsets(ofGroup: "workers", partitions: [world.partition()])
    }
    #expect(error?.isRetriable == true && error?.code == code, "\(error as Any)")
    #expect(try await admin.offsets(ofGroup: "workers", partitions: [world.partition()]).isEmpty)
    await admin.close()
  }
}
