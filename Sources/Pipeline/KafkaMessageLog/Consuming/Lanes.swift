import Kafka
import MessageLog
import PaperModel

/// Which of two records comes first: the one of higher priority, then the older one, then the one that came first.
struct Urgency: Comparable, Sendable {
  let priority: Priority
  /// Milliseconds since 1970.
  let time: Int64
  let arrival: Int

  static func < (left: Urgency, right: Urgency) -> Bool {
    (right.priority, left.time, left.arrival) < (left.priority, right.time, right.arrival)
  }
}

/// Records that wait, in a lane for each key: of a lane one is held at a time, and they come in their order. Records
/// without key stand in no line.
struct Lanes: Sendable {
  /// A record on its way from arrival to end.
  struct Entry: Sendable {
    let slot: TopicShelf.Slot
    let record: ReceivedRecord
    /// How often it was taken.
    var takes = 0
    /// Set at its arrival.
    fileprivate(set) var urgency = Urgency(priority: .usual, time: 0, arrival: 0)

    init(slot: TopicShelf.Slot, record: ReceivedRecord) {
      self.slot = slot
      self.record = record
    }
  }

  private enum Key: Hashable {
    case key([UInt8])
    case none(TopicShelf.Slot)
  }

  private struct Lane {
    var waiting: [Entry] = []
    /// An entry of it is out: held, or on its way back.
    var heldBy: TopicShelf.Slot?
  }

  /// The head of a lane. It counts only while it is still the head, and the lane is free.
  private struct Head: Comparable {
    let urgency: Urgency
    let key: Key
    let slot: TopicShelf.Slot
    static func < (left: Head, right: Head) -> Bool { left.urgency < right.urgency }
    static func == (left: Head, right: Head) -> Bool { left.urgency == right.urgency }
  }

  private var lanes: [Key: Lane] = [:]
  private var heads = Heap<Head>()
  private var arrivals = 0

  /// Puts an entry at the end of its lane.
  mutating func add(_ entry: Entry) {
    var entry = entry
    arrivals += 1
    entry.urgency = Urgency(
      priority: entry.record.priority, time: entry.record.timestampMilliseconds ?? 0, arrival: arrivals)
    let key = key(of: entry)
    lanes[key, default: Lane()].waiting.append(entry)
    if lanes[key]?.waiting.count == 1 { offer(key) }
  }

  /// The urgency of what `take` would take.
  mutating func first(where mayStart: (TopicShelf.Slot) -> Bool) -> Urgency? {
    guard let head = removeHead(where: mayStart) else { return nil }
    heads.insert(head)
    return head.urgency
  }

  /// Takes the most urgent entry that may be started.
  mutating func take(where mayStart: (TopicShelf.Slot) -> Bool) -> Entry? {
    guard let key = removeHead(where: mayStart)?.key, let entry = lanes[key]?.waiting.removeFirst() else { return nil }
    lanes[key]?.heldBy = entry.slot
    return entry
  }

  /// An entry that was taken has ended: the next of its lane may be taken.
  mutating func letGo(_ entry: Entry) {
    let key = key(of: entry)
    guard lanes[key]?.heldBy == entry.slot else { return }
    lanes[key]?.heldBy = nil
    if lanes[key]?.waiting.isEmpty ?? true { lanes[key] = nil } else { offer(key) }
  }

  /// An entry that was taken comes back to the head of its lane.
  mutating func putBack(_ entry: Entry) {
    let key = key(of: entry)
    if lanes[key]?.heldBy == entry.slot { lanes[key]?.heldBy = nil }
    lanes[key, default: Lane()].waiting.insert(entry, at: 0)
    offer(key)
  }

  /// Takes out what waits of a partition.
  /// - Returns: how many bytes that were.
  mutating func remove(of partition: Int32) -> Int {
    var bytes = 0
    for (key, lane) in lanes where lane.waiting.contains(where: { $0.slot.partition == partition }) {
      let gone = lane.waiting.filter { $0.slot.partition == partition }
      bytes += gone.reduce(0) { $0 + $1.record.weight }
      lanes[key]?.waiting.removeAll { $0.slot.partition == partition }
      if lanes[key]?.waiting.isEmpty == true, lane.heldBy == nil { lanes[key] = nil } else { offer(key) }
    }
    return bytes
  }

  private mutating func removeHead(where mayStart: (TopicShelf.Slot) -> Bool) -> Head? {
    var passedOver: [Head] = []
    defer { for head in passedOver { heads.insert(head) } }
    while let head = heads.removeLeast() {
      guard isHead(head) else { continue }
      if mayStart(head.slot) { return head }
      passedOver.append(head)
    }
    return nil
  }

  private mutating func offer(_ key: Key) {
    guard let lane = lanes[key], lane.heldBy == nil, let first = lane.waiting.first else { return }
    heads.insert(Head(urgency: first.urgency, key: key, slot: first.slot))
  }

  private func isHead(_ head: Head) -> Bool {
    guard let lane = lanes[head.key] else { return false }
    return lane.heldBy == nil && lane.waiting.first?.slot == head.slot
  }

  private func key(of entry: Entry) -> Key {
    entry.record.key.map { Key.key($0) } ?? .none(entry.slot)
  }
}
