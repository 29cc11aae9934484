import KafkaMessageLog
import StageWorker

/// Reports when the brokers stop answering a worker, and when they answer again: an idle worker makes no other requests
/// that would fail.
struct BrokerWatch: Sendable {
  private static let every: Duration = .seconds(2)
  /// How long an answer may take.
  private static let limit: Duration = .seconds(3)

  let isAnswering: @Sendable (_ within: Duration) async throws -> Void
  let sleeper: any Clock<Duration>

  init(_ log: KafkaMessageLog, sleeper: any Clock<Duration> = ContinuousClock()) {
    self.init(sleeper: sleeper) { try await log.awaitAnswer(within: $0) }
  }

  init(
    sleeper: any Clock<Duration>, isAnswering: @escaping @Sendable (_ within: Duration) async throws -> Void
  ) {
    self.sleeper = sleeper
    self.isAnswering = isAnswering
  }

  /// Watches until the task is cancelled.
  func run(_ observer: any WorkerObserver) async {
    var isAway = false
    while (try? await sleeper.sleep(for: Self.every)) != nil {
      do {
        try await isAnswering(Self.limit)
        if isAway { observer.observe(.logIsBack) }
        isAway = false
      } catch {
        if Task.isCancelled { return }
        if !isAway { observer.observe(.logIsAway("\(error)")) }
        isAway = true
      }
    }
  }
}
