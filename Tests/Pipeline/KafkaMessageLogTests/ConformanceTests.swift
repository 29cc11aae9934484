import Glibc
import Journal
import KafkaMessageLog
import MessageLog
import PaperModel
import ServiceTestSupport
import Testing

@Suite("The log on Kafka keeps the promises of every message log", .timeLimit(.minutes(10)))
struct ConformanceTests {
  @Test(arguments: MessageLogConformance.checks)
  func `on a mock cluster`(check: MessageLogConformance.Check) async throws {
    try await withMockLogs { world, log, other in try await run(check, world, log, other) }
  }

  @Test(
    .enabled(if: KafkaCluster.isAvailable, "\(KafkaCluster.whyNot)"),
    arguments: MessageLogConformance.checks)
  func `on one broker`(check: MessageLogConformance.Check) async throws {
    try await withRealLogs(on: RealClusters.one) { world, log, other in try await run(check, world, log, other) }
  }

  /// Brokers with replicas of each other. `BrokerLossTests` has them too, in each run of the tests.
  @Test(
    .enabled(if: KafkaCluster.isAvailable, "\(KafkaCluster.whyNot)"),
    .enabled(if: getenv("SHOAL_CHAOS") != nil, "only `make chaos` runs it"),
    arguments: MessageLogConformance.checks)
  func `on three brokers`(check: MessageLogConformance.Check) async throws {
    try await withRealLogs(on: RealClusters.three) { world, log, other in try await run(check, world, log, other) }
  }

  private func run(
    _ check: MessageLogConformance.Check, _ world: LogWorld, _ log: KafkaMessageLog, _ other: KafkaMessageLog
  ) async throws {
    try await check.run(
      .init(log: log, other: { other }, isDivided: true, letPass: { world.clock.advance(seconds: $0) }))
  }
}
