import MessageLog
import StageWorker
import Synchronization
import Testing

@testable import shoal

@Suite(.timeLimit(.minutes(10))) struct BrokerWatchTests {
  /// A clock that does not sleep, and allows a limited number of rounds.
  private final class Rounds: Clock, Sendable {
    private let left: Mutex<Int>
    init(_ count: Int) { left = Mutex(count) }
    var now: ContinuousClock.Instant { .now }
    var minimumResolution: Duration { .zero }
    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
      let isOver = left.withLock { left in
        left -= 1
        return left < 0
      }
      if isOver { throw CancellationError() }
    }
  }

  private final class Heard: WorkerObserver {
    private let events = Mutex<[String]>([])
    var all: [String] { events.withLock { $0 } }
    func observe(_ event: WorkerEvent) {
      let text: String? =
        switch event {
        case .logIsAway(let reason): "away: \(reason)"
        case .logIsBack: "back"
        default: nil
        }
      if let text { events.withLock { $0.append(text) } }
    }
  }

  @Test func `brokers that go are reported once, and once when they are back`() async {
    let answers = Mutex([true, false, false, true, true, false])
    let watch = BrokerWatch(sleeper: Rounds(6)) { _ in
      let isAnswering = answers.withLock { $0.removeFirst() }
      if !isAnswering { throw MessageLogError("No broker answers.", isRetriable: true) }
    }
    let heard = Heard()
    await watch.run(heard)
    #expect(heard.all == ["away: No broker answers.", "back", "away: No broker answers."])
  }
}
