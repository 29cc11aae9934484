internal import CRdKafka

/// A broker as the cluster knows it.
public struct KafkaBroker: Sendable, Hashable {
  public let number: Int32
  /// The host that clients connect to.
  public let host: String
  /// The port there.
  public let port: Int
}

/// A partition of a topic, with its replicas.
public struct KafkaPartitionDescription: Sendable, Hashable {
  /// Its number, from 0.
  public let number: Int32
  /// The broker that accepts writes; nil while there is none.
  public let leader: Int32?
  /// The brokers that keep it.
  public let replicas: [Int32]
  /// Those of them that have all of it.
  public let inSync: [Int32]
}

/// A topic and its partitions.
public struct KafkaTopicDescription: Sendable, Hashable {
  public let name: String
  /// Its partitions, by number.
  public let partitions: [KafkaPartitionDescription]
}

/// A cluster, its brokers and its topics.
public struct KafkaClusterDescription: Sendable, Hashable {
  /// The name that it gave itself, if any.
  public let identifier: String?
  /// Its brokers that are up, by number.
  public let brokers: [KafkaBroker]
  /// Its topics that this user may see, by name.
  public let topics: [KafkaTopicDescription]
}

extension KafkaTopicDescription {
  init(_ entry: rd_kafka_metadata_topic) {
    name = String(cString: entry.topic)
    partitions = UnsafeBufferPointer(start: entry.partitions, count: Int(entry.partition_cnt)).map { partition in
      KafkaPartitionDescription(
        number: partition.id, leader: partition.leader >= 0 ? partition.leader : nil,
        replicas: Array(UnsafeBufferPointer(start: partition.replicas, count: Int(partition.replica_cnt))),
        inSync: Array(UnsafeBufferPointer(start: partition.isrs, count: Int(partition.isr_cnt))))
    }.sorted { $0.number < $1.number }
  }
}
