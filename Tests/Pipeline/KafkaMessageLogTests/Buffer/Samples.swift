import Kafka

/// A record of a topic `t`.
func record(
  _ key: String?, _ offset: Int64, in partition: Int32 = 0, at time: Int64 = 0, priority: String? = nil,
  bytes: Int = 0
) -> ReceivedRecord {
  ReceivedRecord(
    place: RecordPlace(TopicPartition("t", partition), offset), key: key.map { Array($0.utf8) },
    value: [UInt8](repeating: 0, count: bytes), headers: priority.map { [RecordHeader("priority", text: $0)] } ?? [],
    timestampMilliseconds: time)
}
