internal import Journal
internal import PaperModel
internal import Synchronization

extension MessageLogConformance {
  /// Waits until each of two consumers of a divided log has partitions. While partitions move, a held delivery may
  /// reach the other consumer as well; that is at-least-once delivery, and not the subject of these checks.
  static func settle(_ world: World, _ one: any MessageConsumer, _ two: any MessageConsumer) async throws {
    guard world.isDivided else { return }
    var (hasOne, hasTwo) = (false, false)
    // A limit, so that a log that never divides fails the check.
    for round in 0..<10_000 where !(hasOne && hasTwo) {
      let texts = (0..<16).map { "settle/\(round)/\($0)" }
      try await world.log.publish(texts.map { message($0, $0) })
      let left = TextsLeft(texts)
      let shares = try await withThrowingTaskGroup(of: Share.self) { group in
        for (isOne, consumer) in [(true, one), (false, two)] {
          group.addTask { Share(isOne: isOne, count: try await drain(consumer, left)) }
        }
        var shares: [Share] = []
        for try await share in group {
          shares.append(share)
          group.cancelAll()
        }
        return shares
      }
      hasOne = shares.contains { $0.isOne && $0.count > 0 }
      hasTwo = shares.contains { !$0.isOne && $0.count > 0 }
    }
    try expect(hasOne && hasTwo, "two consumers do not share a topic")
  }

  /// Whether a delivery is a leftover of the settling: messages that ended while partitions moved may be delivered
  /// again.
  static func isOfSettling(_ delivery: any Delivery) -> Bool { text(delivery).hasPrefix("settle/") }

  /// Finishes deliveries until none is left or the task is cancelled, and returns their number.
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

/// The messages that one of the two consumers has finished.
private struct Share: Sendable {
  let isOne: Bool
  let count: Int
}

/// The texts that no consumer has finished yet.
private final class TextsLeft: Sendable {
  private let texts: Mutex<Set<String>>
  var isEmpty: Bool { texts.withLock { $0.isEmpty } }
  init(_ texts: [String]) { self.texts = Mutex(Set(texts)) }
  func remove(_ text: String) { texts.withLock { _ = $0.remove(text) } }
}
