public import Journal
internal import PaperModel
internal import Synchronization

/// The promises of every message log, as checks that any test can run: each gets a world of its own. If topics may
/// contain other messages, as on a broker, the maker of the world gives the log fresh prefixes.
public enum MessageLogConformance: ConformanceSuite {
  /// A log, and ways to act on its surroundings.
  public struct World: Sendable {
    public let log: any MessageLog
    /// The same log from another process; nil if it exists in one process only.
    public let other: (@Sendable () async throws -> any MessageLog)?
    /// Whether the log divides a topic among consumers beforehand, by key: then a message goes to one of them whichever
    /// asks, and there is no order among keys.
    public let isDivided: Bool
    /// Lets time pass for waiting messages, in seconds.
    public let letPass: @Sendable (Int) async throws -> Void

    public init(
      log: any MessageLog, other: (@Sendable () async throws -> any MessageLog)? = nil, isDivided: Bool = false,
      letPass: @escaping @Sendable (Int) async throws -> Void
    ) {
      self.log = log
      self.other = other
      self.isDivided = isDivided
      self.letPass = letPass
    }
  }

  public static let checks: [Check] = delivering + ending + stale + waiting + leaving + besides

  static let design = Topic.work(.design)
  static let review = Topic.work(.review)

  static func message(_ key: String, _ text: String, in topic: Topic = design) -> Message {
    Message(topic: topic, key: key, body: Array(text.utf8))
  }

  static func text(_ delivery: any Delivery) -> String { String(decoding: delivery.message.body, as: UTF8.self) }

  /// The next delivery, which must be there.
  static func take(_ consumer: any MessageConsumer, of topics: Set<Topic> = [design]) async throws -> any Delivery {
    guard let delivery = try await consumer.next(of: topics) else {
      throw Broken("an open consumer's next delivery is nil")
    }
    return delivery
  }

  static func expectNext(
    _ consumer: any MessageConsumer, _ wanted: String, because reason: String, of topics: Set<Topic> = [design]
  ) async throws -> any Delivery {
    let delivery = try await take(consumer, of: topics)
    try expect(text(delivery) == wanted, "“\(text(delivery))” came where “\(wanted)” belongs: \(reason)")
    return delivery
  }

  /// The next deliveries of several keys, by their texts. In an undivided log they arrive in that order.
  static func takeEach(
    _ world: World, _ consumer: any MessageConsumer, _ texts: [String], of topics: Set<Topic> = [design]
  ) async throws -> [String: any Delivery] {
    var taken: [String: any Delivery] = [:]
    for wanted in texts {
      let delivery = try await take(consumer, of: topics)
      try expect(world.isDivided || text(delivery) == wanted, "“\(text(delivery))” came where “\(wanted)” belongs")
      try expect(texts.contains(text(delivery)), "“\(text(delivery))” came, which was not published")
      taken[text(delivery)] = delivery
    }
    try expect(taken.count == texts.count, "of \(texts) there came \(taken.keys.sorted())")
    return taken
  }

  /// The next delivery of a consumer; in a divided log, of whichever consumer it is for.
  static func take(
    _ world: World, _ consumer: any MessageConsumer, else other: any MessageConsumer
  ) async throws -> any Delivery {
    guard world.isDivided else { return try await take(consumer) }
    return try await withThrowingTaskGroup(of: (any Delivery)?.self) { group in
      for consumer in [consumer, other] {
        group.addTask {
          do {
            while true {
              let delivery = try await take(consumer)
              guard isOfSettling(delivery) else { return delivery }
              try await delivery.finish()
            }
          } catch is CancellationError { return nil }
        }
      }
      var first: (any Delivery)?
      while let found = try await group.next() {
        guard let found else { continue }
        group.cancelAll()
        if first == nil { first = found } else { try await found.giveBack() }
      }
      guard let first else { throw CancellationError() }
      return first
    }
  }

  static func expectNext(
    _ world: World, _ consumer: any MessageConsumer, else other: any MessageConsumer, _ wanted: String,
    because reason: String
  ) async throws -> any Delivery {
    let delivery = try await take(world, consumer, else: other)
    try expect(text(delivery) == wanted, "“\(text(delivery))” came where “\(wanted)” belongs: \(reason)")
    return delivery
  }
}

/// The messages that several consumers received, for checks of order.
final class Witness: Sendable {
  private struct State {
    var held: Set<String> = []
    var seen: [String: [String]] = [:]
    var finished: Set<String> = []
    var complaint: String?
  }

  private let state = Mutex(State())

  var complaint: String? { state.withLock { $0.complaint } }
  var seen: [String: [String]] { state.withLock { $0.seen } }

  func took(_ delivery: any Delivery) {
    let key = delivery.message.key
    let text = String(decoding: delivery.message.body, as: UTF8.self)
    state.withLock { state in
      if !state.held.insert(key).inserted { state.complaint = "two deliveries of \(key) at a time" }
      // A second delivery of the same message is allowed; the order is that of the first ones.
      if state.seen[key]?.contains(text) != true { state.seen[key, default: []].append(text) }
    }
  }

  /// Before the delivery's end. How many messages were finished with this one.
  func willFinish(_ delivery: any Delivery) -> Int {
    state.withLock { state in
      state.held.remove(delivery.message.key)
      state.finished.insert("\(delivery.message.key)/\(String(decoding: delivery.message.body, as: UTF8.self))")
      return state.finished.count
    }
  }
}
