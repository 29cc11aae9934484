import Kafka
import KafkaMessageLog
import MessageLog
import Operations

extension Installation {
  /// The most messages that are read; more are a task for `shoal recover`.
  private static let mostMessages = 1_000_000

  /// The bodies of a topic's messages since a time (microseconds since 1970), the oldest first. A cluster keeps
  /// finished messages for a while, so they are included.
  func bodies(of topic: Topic, since: Int64) async throws -> [[UInt8]] {
    guard let cluster = settings.cluster, case .cluster = place else {
      return try await deployment.log.browse(topic, limit: Self.mostMessages)
        .filter { $0.atMicroseconds >= since }.map(\.message.body)
    }
    do {
      let reader = try KafkaReader(try cluster.configuration())
      do {
        let bodies = try await Self.bodies(reader, cluster.kafka.topicPrefix + topic.name, since)
        await reader.close()
        return bodies
      } catch {
        await reader.close()
        throw error
      }
    } catch let error as KafkaError { throw OperationError(error.message) }
  }

  private static func bodies(_ reader: KafkaReader, _ name: String, _ since: Int64) async throws -> [[UInt8]] {
    try await reader.start(name, from: .time(milliseconds: since / 1000), follows: false)
    var found: [(Int64, [UInt8])] = []
    while case let records = try await reader.nextBatch(), !records.isEmpty {
      for record in records { if let body = record.value { found.append((record.timestampMilliseconds ?? 0, body)) } }
      guard found.count <= mostMessages else {
        throw OperationError(
          "\(name) has more than \(mostMessages) messages since then. Name a shorter time, or use `shoal recover`.")
      }
    }
    return found.sorted { $0.0 < $1.0 }.map { $0.1 }
  }
}
