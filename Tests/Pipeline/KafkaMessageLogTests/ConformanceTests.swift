import KafkaMessageLog
import MessageLog
import PaperModel
import Testing

@Suite("The log on Kafka keeps the promises of every message log", .timeLimit(.minutes(3)))
struct ConformanceTests {
  @Test("on a mock cluster", arguments: MessageLogConformance.checks)
  func onMock(check: MessageLogConformance.Check) async throws {
    try await withMockLogs { world, log, other in
      try await check.run(
        .init(log: log, other: { other }, isDivided: true, letPass: { world.clock.advance(seconds: $0) }))
    }
  }
}
