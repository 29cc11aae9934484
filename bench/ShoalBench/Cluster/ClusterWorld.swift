import EmbeddedStore
import FolderJournal
import Journal
import Kafka
import KafkaMessageLog

/// The message log on a broker, and a journal, as a node of a cluster uses them.
struct ClusterWorld {
  /// The place of the journal.
  enum Place: String {
    /// In a folder that the nodes share, a file for each entry, as on a cluster.
    case folder = "journal in a folder"
    /// In SQLite, as without a cluster, which leaves the message log's share.
    case file = "journal in SQLite"
  }

  let log: KafkaMessageLog
  let journal: any Journal
  private let store: EmbeddedStore?

  init(broker: String, folder: String, _ place: Place = .folder) async throws {
    log = try KafkaMessageLog(KafkaConfiguration(brokers: [broker], clientID: "shoal-bench"))
    try await log.connect(within: .seconds(30))
    switch place {
    case .folder:
      store = nil
      journal = try await FolderJournal(folder: folder)
    case .file:
      let store = try await EmbeddedStore(folder: folder)
      self.store = store
      journal = store.journal
    }
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

  func close() async {
    await log.close()
    await store?.close()
  }
}
