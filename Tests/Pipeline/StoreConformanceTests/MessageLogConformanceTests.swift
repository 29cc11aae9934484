import EmbeddedStore
import Journal
import MessageLog
import PaperModel
import ServiceTestSupport
import Testing

@Suite("Every message log keeps the same promises", .timeLimit(.minutes(2)))
struct MessageLogConformanceTests {
  @Test(arguments: MessageLogConformance.checks)
  func `in memory`(check: MessageLogConformance.Check) async throws {
    let clock = ManualClock()
    try await check.run(.init(log: InMemoryMessageLog(clock: clock), letPass: { clock.advance(seconds: $0) }))
  }

  @Test(arguments: MessageLogConformance.checks)
  func `embedded, one process`(check: MessageLogConformance.Check) async throws {
    try await withTemporaryFolder { folder in
      let clock = ManualClock()
      let store = try await EmbeddedStore(folder: folder, clock: clock)
      try await check.run(.init(log: store.messageLog, letPass: { clock.advance(seconds: $0) }))
      await store.close()
    }
  }

  @Test(arguments: MessageLogConformance.checks)
  func `embedded, two stores on one folder`(check: MessageLogConformance.Check) async throws {
    try await withTemporaryFolder { folder in
      let clock = ManualClock()
      let store = try await EmbeddedStore(folder: folder, clock: clock)
      let other = try await EmbeddedStore(folder: folder, clock: clock)
      try await check.run(
        .init(log: store.messageLog, other: { other.messageLog }, letPass: { clock.advance(seconds: $0) }))
      await store.close()
      await other.close()
    }
  }
}
