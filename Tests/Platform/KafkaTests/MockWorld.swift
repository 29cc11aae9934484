import Kafka

/// A mock cluster with one topic.
struct MockWorld {
  let cluster: KafkaMockCluster
  let topic = "work"

  init(brokers: Int = 1, partitions: Int = 1) throws {
    cluster = try KafkaMockCluster(brokerCount: brokers)
    try cluster.createTopic(topic, partitions: partitions, replicas: brokers)
  }

  func partition(_ number: Int32 = 0) -> TopicPartition { TopicPartition(topic, number) }

  func producer(_ options: KafkaProducer.Options = .init()) throws -> KafkaProducer {
    try KafkaProducer(cluster.configuration, options)
  }

  func options(group: String = "workers") -> GroupOptions {
    var options = GroupOptions(group: group, topics: [topic])
    options.sessionTimeout = .seconds(6)
    options.heartbeatInterval = .milliseconds(500)
    return options
  }

  func consumer(_ handler: RecordingHandler, group: String = "workers") throws -> KafkaGroupConsumer {
    try KafkaGroupConsumer(cluster.configuration, options(group: group), handler: handler)
  }

  /// Writes texts into a partition, one after the other.
  func write(_ texts: [String], to partition: Int32 = 0, key: String? = nil) async throws {
    let producer = try producer()
    _ = try await producer.send(texts.map { record($0, partition: partition, key: key) })
    await producer.close()
  }

  func record(_ text: String, partition: Int32? = 0, key: String? = nil) -> OutgoingRecord {
    OutgoingRecord(topic: topic, partition: partition, key: key.map { Array($0.utf8) }, value: Array(text.utf8))
  }

  /// All that is in the topic.
  func read() async throws -> [ReceivedRecord] {
    let reader = try KafkaReader(cluster.configuration)
    try await reader.start(topic, from: .beginning, follows: false)
    var records: [ReceivedRecord] = []
    for try await record in reader { records.append(record) }
    await reader.close()
    return records
  }
}
