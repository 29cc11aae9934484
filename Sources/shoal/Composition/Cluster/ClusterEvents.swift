import Kafka
import MessageLog
import Operations
import PaperModel
import Projections
import Synchronization
import WireFormat

/// Follows the `events` topic from its current end, without a consumer group, so that every observer sees every event.
///
/// While the brokers can't be read from, it reports that events are missing, and tries again.
final class ClusterEvents: EventSource {
  /// The most events that are buffered between two calls: beyond that, reading the journals is faster.
  private static let most = 20_000
  /// How long brokers may take to answer.
  private static let patience: Duration = .seconds(3)
  /// The pause between two attempts: microseconds.
  private static let restMicroseconds: Int64 = 5_000_000
  /// How often a transient error is retried before it is reported, and the pause between these attempts.
  private static let quickTries = 10
  private static let quickRestMicroseconds: Int64 = 300_000

  private struct State {
    var events: [StreamEvent] = []
    var isFollowing = false
    /// Whether the buffer has every event since the last call.
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
  /// - Parameter report: called once if events can't be followed.
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

  /// Begins at the topic's end. New partitions have no leaders yet.
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
      // The readers of journals report what can't be read here.
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
    report("\(topic) can't be followed, so all journals are read on every refresh until it can: \(words)")
  }
}

extension Installation {
  /// Follows a cluster's events while `body` runs; a data folder has no events.
  /// - Parameter report: called once if events can't be followed.
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
