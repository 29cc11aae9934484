internal import CRdKafka

/// The begin and end of each partition, as plain offsets.
struct ReadingPlan: Sendable {
  /// The first offset to read.
  let starts: [TopicPartition: Int64]
  /// The offset before which to stop, of partitions that are not empty; nil to continue for ever.
  let ends: [TopicPartition: Int64]?

  /// Asks the brokers. Blocks; for a thread of its own.
  init(_ client: Client, _ wished: [TopicPartition: KafkaReader.Start], follows: Bool) throws(KafkaError) {
    var starts: [TopicPartition: Int64] = [:]
    var ends: [TopicPartition: Int64] = [:]
    for (partition, start) in wished {
      let range = try client.watermarks(of: partition)
      let first =
        switch start {
        case .beginning: range.lowerBound
        case .end: range.upperBound
        case .offset(let offset): offset < range.lowerBound ? range.lowerBound : offset
        case .time(let milliseconds): try client.offset(of: partition, at: milliseconds) ?? range.upperBound
        }
      if first < range.upperBound { ends[partition] = range.upperBound }
      starts[partition] = first
    }
    self.starts = follows ? starts : starts.filter { ends[$0.key] != nil }
    self.ends = follows ? nil : ends
  }
}
