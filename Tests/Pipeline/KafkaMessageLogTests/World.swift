import Kafka
import KafkaMessageLog
import MessageLog
import PaperModel
import Synchronization

/// A cluster for one test: topics of its own, and logs that are closed at its end.
final class LogWorld: Sendable {
  let configuration: KafkaConfiguration
  let settings: KafkaLogSettings
  let clock = ManualClock()
  /// The errors that the logs have reported, to explain failures.
  let reports: Reports

  init(_ configuration: KafkaConfiguration, prefix: String, _ change: (inout KafkaLogSettings) -> Void = { _ in }) {
    self.configuration = configuration
    let reports = Reports()
    var settings = KafkaLogSettings(prefix: prefix)
    settings.report = { reports.add($0.message) }
    change(&settings)
    self.settings = settings
    self.reports = reports
  }

  func log() throws -> KafkaMessageLog { try KafkaMessageLog(configuration, settings, clock: clock) }
}

/// Reported lines.
final class Reports: Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }
  func add(_ line: String) { lines.withLock { $0.append(line) } }
}

/// A test's failure with the lines reported before it.
struct Reported: Error, CustomStringConvertible {
  let error: any Error
  let reports: [String]
  var description: String { "\(error); reported: \(reports)" }
}

/// Mock brokers let three seconds pass before a new group has members, so many of these tests do nothing but wait.
private let mockTurns = Turns(at: 12)

/// Logs on librdkafka's own brokers.
func withMockLogs<Value>(
  partitions: Int = 4, change: (inout KafkaLogSettings) -> Void = { _ in },
  _ body: (LogWorld, KafkaMessageLog, KafkaMessageLog) async throws -> Value
) async throws -> Value {
  try await mockTurns.take {
    let cluster = try KafkaMockCluster()
    let world = LogWorld(cluster.configuration, prefix: "t.") { settings in
      // These brokers answer no sooner than that, whatever comes.
      settings.fetchWait = .milliseconds(20)
      change(&settings)
    }
    for plan in KafkaTopics.plan(prefix: "t.") {
      let count = plan.name.contains("work") ? partitions : 1
      try cluster.createTopic(plan.name, partitions: count)
    }
    let result = try await withLogs(world, body)
    withExtendedLifetime(cluster) {}
    return result
  }
}

func withLogs<Value>(
  _ world: LogWorld, _ body: (LogWorld, KafkaMessageLog, KafkaMessageLog) async throws -> Value
) async throws -> Value {
  let log = try world.log()
  let other = try world.log()
  let result: Result<Value, any Error>
  do { result = .success(try await body(world, log, other)) } catch {
    result = .failure(Reported(error: error, reports: world.reports.all))
  }
  async let first: Void = log.close()
  async let second: Void = other.close()
  _ = await (first, second)
  return try result.get()
}
