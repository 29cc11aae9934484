internal import PaperModel
internal import Synchronization

extension MessageLogConformance {
  /// In a divided log: waits until each of two consumers has its part. As long as parts move, what is held may come to
  /// the other one as well; that is at-least-once, and not what a check of holding is about.
  static func settle(_ world: World, _ one: any MessageConsumer, _ two: any MessageConsumer) async throws {
    guard world.isDivided else { return }
    var (hasOne, hasTwo) = (false, false)
    // A limit, so that a log that never divides fails the check.
    for round in 0..<10_000 where !(hasOne && hasTwo) {
      let texts = (0..<16).map { "settle/\(round)/\($0)" }
      try await world.log.publish(texts.map { message($0, $0) })
      let left = TextsLeft(texts)
      let counts = try await withThrowingTaskGroup(of: (isOne: Bool, count: Int).self) { group in
        for (isOne, consumer) in [(true, one), (false, two)] {
          group.addTask { (isOne, try await drain(consumer, left)) }
        }
        var counts: [Bool: Int] = [:]
        for try await result in group {
          counts[result.isOne] = result.count
          group.cancelAll()
        }
        return counts
      }
      hasOne = counts[true, default: 0] > 0
      hasTwo = counts[false, default: 0] > 0
    }
    try expect(hasOne && hasTwo, "two consumers do not share a topic")
  }

  /// Whether a delivery is left of the settling: what ended while parts moved may come again.
  static func isOfSettling(_ delivery: any Delivery) -> Bool { text(delivery).hasPrefix("settle/") }

  /// Finishes what comes until nothing is left or the task is cancelled. How many that were.
  private static func drain(_ consumer: any MessageConsumer, _ left: TextsLeft) async throws -> Int {
    var count = 0
    do {
      while !left.isEmpty {
        let delivery = try await take(consumer)
        count += 1
        try await delivery.finish()
        left.remove(text(delivery))
      }
    } catch is CancellationError {}
    return count
  }
}

/// What has not come yet.
private final class TextsLeft: Sendable {
  private let texts: Mutex<Set<String>>
  var isEmpty: Bool { texts.withLock { $0.isEmpty } }
  init(_ texts: [String]) { self.texts = Mutex(Set(texts)) }
  func remove(_ text: String) { texts.withLock { _ = $0.remove(text) } }
}
