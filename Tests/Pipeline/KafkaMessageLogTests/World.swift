import Kafka
import KafkaMessageLog
import MessageLog
import PaperModel

/// A cluster for one test: topics of its own, and logs that are closed at its end.
final class LogWorld: Sendable {
  let configuration: KafkaConfiguration
  let settings: KafkaLogSettings
  let clock = ManualClock()

  init(_ configuration: KafkaConfiguration, prefix: String) {
    self.configuration = configuration
    settings = KafkaLogSettings(prefix: prefix)
  }

  func log() throws -> KafkaMessageLog { try KafkaMessageLog(configuration, settings, clock: clock) }
}

/// Logs on librdkafka's own brokers.
func withMockLogs<Value>(
  partitions: Int = 4, _ body: (LogWorld, KafkaMessageLog, KafkaMessageLog) async throws -> Value
) async throws -> Value {
  let cluster = try KafkaMockCluster()
  let world = LogWorld(cluster.configuration, prefix: "t.")
  for plan in KafkaTopics.plan(prefix: "t.") {
    let count = plan.name.contains("work") ? partitions : 1
    try cluster.createTopic(plan.name, partitions: count)
  }
  let result = try await withLogs(world, body)
  withExtendedLifetime(cluster) {}
  return result
}

func withLogs<Value>(
  _ world: LogWorld, _ body: (LogWorld, KafkaMessageLog, KafkaMessageLog) async throws -> Value
) async throws -> Value {
  let log = try world.log()
  let other = try world.log()
  let result: Result<Value, any Error>
  do { result = .success(try await body(world, log, other)) } catch { result = .failure(error) }
  async let first: Void = log.close()
  async let second: Void = other.close()
  _ = await (first, second)
  return try result.get()
}
