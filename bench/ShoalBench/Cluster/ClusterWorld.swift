import FolderJournal
import Kafka
import KafkaMessageLog
import MessageLog

/// What a node of a cluster works on: the message log on a broker, the journal in a folder that the nodes share.
struct ClusterWorld {
  let log: KafkaMessageLog
  let journal: FolderJournal

  init(broker: String, folder: String) async throws {
    log = try KafkaMessageLog(KafkaConfiguration(brokers: [broker], clientID: "shoal-bench"))
    try await log.connect(within: .seconds(30))
    journal = try await FolderJournal(folder: folder)
  }

  /// Makes all topics, as `shoal topics create` does.
  static func makeTopics(broker: String) async throws {
    let admin = try KafkaAdmin(KafkaConfiguration(brokers: [broker], clientID: "shoal-bench"))
    let topics = KafkaTopics.plan(prefix: KafkaLogSettings().prefix, TopicSizes(brokers: 1)).map {
      NewTopic(name: $0.name, partitions: $0.partitions, replicas: $0.replication, settings: $0.configuration)
    }
    for answer in try await admin.create(topics).values { try answer.get() }
    await admin.close()
  }

  func close() async { await log.close() }
}
