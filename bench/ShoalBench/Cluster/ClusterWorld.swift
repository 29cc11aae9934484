import EmbeddedStore
import FolderJournal
import Journal
import Kafka
import KafkaMessageLog

/// What a node of a cluster works on: the message log on a broker, and a journal.
struct ClusterWorld {
  /// Where the journal is.
  enum Place: String {
    /// In a folder that the nodes share, a file for each entry: a cluster's own.
    case folder = "journal in a folder"
    /// In SQLite, as without a cluster: what is left is the message log's part.
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
