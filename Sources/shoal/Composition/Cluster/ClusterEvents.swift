import Kafka
import MessageLog
import Operations
import PaperModel
import Projections
import Synchronization
import WireFormat

/// What a cluster tells to its topic of events, from the topic's end on. It is read without a group, so that everybody
/// who looks on is told everything.
///
/// While the brokers can't be read from, it says that it knows nothing, and tries again.
final class ClusterEvents: EventSource {
  /// The most events that are kept for a look: with more of them, the journals are read faster.
  private static let most = 20_000
  /// How long brokers may take to answer.
  private static let patience: Duration = .seconds(3)
  /// Between two tries: microseconds.
  private static let restMicroseconds: Int64 = 5_000_000
  /// How often what fails in passing is tried before it is said, and how long between two of these tries.
  private static let quickTries = 10
  private static let quickRestMicroseconds: Int64 = 300_000

  private struct State {
    var events: [StreamEvent] = []
    var isFollowing = false
    /// Whether everything that was told since the last look is here.
    var isWhole = false
    var isTrouble = false
  }

  private let configuration: KafkaConfiguration
  private let topic: String
  private let clock: any WallClock
  private let report: @Sendable (String) -> Void
  private let state = Mutex(State())
  private let tried = Doorbell()
  private let following = Mutex<Task<Void, Never>?>(nil)

  /// Begins to follow, and returns when that works or has failed for the first time.
  /// - Parameter report: told, once, that events can't be followed.
  static func begin(
    _ settings: ClusterSettings, clock: any WallClock = MachineClock(), report: @escaping @Sendable (String) -> Void
  ) async throws -> ClusterEvents {
    let events = ClusterEvents(
      try settings.configuration(), settings.kafka.topicPrefix + Topic.events.name, clock, report)
    events.following.withLock { following in following = Task { await events.follow() } }
    do { try await events.tried.wait(past: 0) } catch {
      await events.close()
      throw error
    }
    return events
  }

  private init(
    _ configuration: KafkaConfiguration, _ topic: String, _ clock: any WallClock,
    _ report: @escaping @Sendable (String) -> Void
  ) {
    self.configuration = configuration
    self.topic = topic
    self.clock = clock
    self.report = report
  }

  func told() -> [StreamEvent]? {
    state.withLock { state in
      defer {
        state.events = []
        state.isWhole = state.isFollowing
      }
      return state.isWhole ? state.events : nil
    }
  }

  /// Ends it.
  func close() async {
    let following = following.withLock { $0 }
    following?.cancel()
    await following?.value
  }

  private func follow() async {
    while !Task.isCancelled {
      do { try await read() } catch is CancellationError { break } catch { note(error) }
      tried.ring()
      let next = clock.nowMicroseconds + Self.restMicroseconds
      do { try await clock.wait(untilMicroseconds: next) } catch { break }
    }
    tried.ring()
  }

  private func read() async throws {
    let reader = try KafkaReader(configuration)
    let result: Result<Void, any Error>
    do {
      try await reader.connect(within: Self.patience)
      try await start(reader)
      state.withLock { state in
        state.isFollowing = true
        state.isTrouble = false
      }
      tried.ring()
      while case let records = try await reader.nextBatch(), !records.isEmpty { take(records) }
      result = .success(())
    } catch { result = .failure(error) }
    state.withLock { $0 = State(isTrouble: $0.isTrouble) }
    await reader.close()
    try result.get()
  }

  /// Begins at the topic's end. Partitions that were made a moment ago have no leaders yet.
  private func start(_ reader: KafkaReader) async throws {
    for _ in 0..<Self.quickTries {
      do { return try await reader.start(topic, from: .end, follows: true) } catch {
        guard error.isRetriable else { throw error }
        try await clock.wait(untilMicroseconds: clock.nowMicroseconds + Self.quickRestMicroseconds)
      }
    }
    try await reader.start(topic, from: .end, follows: true)
  }

  private func take(_ records: [ReceivedRecord]) {
    let events = records.compactMap { record in record.value.flatMap { try? WireFormat.decodeEvent($0) } }
    state.withLock { state in
      state.events += events
      // What can't be read here, the journals' readers have a sentence for.
      guard events.count < records.count || state.events.count > Self.most else { return }
      state.events = []
      state.isWhole = false
    }
  }

  private func note(_ error: any Error) {
    let isNew = state.withLock { state in
      defer { state.isTrouble = true }
      return !state.isTrouble
    }
    guard isNew else { return }
    let words = (error as? KafkaError)?.message ?? "\(error)"
    report("\(topic) can't be followed, so all journals are read for every look, until it can: \(words)")
  }
}

extension Installation {
  /// Follows what a cluster tells for as long as something is done with it; in a data folder nobody tells.
  /// - Parameter report: told, once, that events can't be followed.
  func followingEvents<Value>(
    _ report: @escaping @Sendable (String) -> Void, _ body: ((any EventSource)?) async throws -> Value
  ) async throws -> Value {
    guard let cluster = settings.cluster, case .cluster = place else { return try await body(nil) }
    let events = try await ClusterEvents.begin(cluster, report: report)
    let result: Result<Value, any Error>
    do { result = .success(try await body(events)) } catch { result = .failure(error) }
    await events.close()
    return try result.get()
  }
}
