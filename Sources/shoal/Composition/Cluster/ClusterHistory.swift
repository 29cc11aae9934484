import Kafka
import MessageLog
import Operations
import PaperModel
import Projections

/// Which streams a cluster's topic of events has told of since an earlier look.
struct ClusterHistory: EventHistory {
  /// How long brokers may take to answer.
  private static let patience: Duration = .seconds(3)

  /// Where the partitions of the topic ended.
  private struct Mark: Codable {
    let topic: String
    let ends: [String: Int64]
  }

  private let configuration: KafkaConfiguration
  private let topic: String
  private let report: @Sendable (String) -> Void

  /// - Parameter report: told if the brokers do not answer.
  init(_ settings: ClusterSettings, report: @escaping @Sendable (String) -> Void) throws {
    configuration = try settings.configuration()
    topic = settings.kafka.topicPrefix + Topic.events.name
    self.report = report
  }

  func changes(since mark: [UInt8]?) async -> ToldChanges {
    do {
      let reader = try KafkaReader(configuration)
      let result: Result<ToldChanges, any Error>
      do { result = .success(try await changes(reader, since: mark)) } catch { result = .failure(error) }
      await reader.close()
      return try result.get()
    } catch {
      let words = (error as? KafkaError)?.message ?? "\(error)"
      report("What was replayed or cancelled after its end may be shown as it was at the last look: \(words)")
      return .away
    }
  }

  private func changes(_ reader: KafkaReader, since mark: [UInt8]?) async throws -> ToldChanges {
    try await reader.connect(within: Self.patience)
    var starts: [TopicPartition: KafkaReader.Start] = [:]
    var ends: [String: Int64] = [:]
    let old = try mark.map { try CanonicalJSON.decode(Mark.self, from: $0) }
    var isKnown = old?.topic == topic
    for (partition, range) in try await reader.watermarks(of: try await reader.partitions(of: topic)) {
      ends["\(partition.partition)"] = range.upperBound
      // A partition that has less than the mark says was made anew.
      guard let begin = old?.ends["\(partition.partition)"], begin >= range.lowerBound, begin <= range.upperBound else {
        isKnown = false
        continue
      }
      if begin < range.upperBound { starts[partition] = .offset(begin) }
    }
    let new = try CanonicalJSON.encode(Mark(topic: topic, ends: ends))
    guard isKnown else { return .unknown(mark: new) }
    var streams: Set<StreamID> = []
    guard !starts.isEmpty else { return .these(streams, mark: new) }
    try await reader.start(starts, follows: false)
    while case let records = try await reader.nextBatch(), !records.isEmpty {
      for record in records {
        if let key = record.key, let stream = StreamID(String(decoding: key, as: UTF8.self)) { streams.insert(stream) }
      }
    }
    return .these(streams, mark: new)
  }
}
