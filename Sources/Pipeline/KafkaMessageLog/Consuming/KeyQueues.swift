import Kafka
import MessageLog
import PaperModel

/// The order of records: higher priority first, then the older one, then the one that arrived first.
struct Urgency: Comparable, Sendable {
  let priority: Priority
  /// Milliseconds since 1970.
  let time: Int64
  let arrival: Int

  static func < (left: Urgency, right: Urgency) -> Bool {
    (right.priority, left.time, left.arrival) < (left.priority, right.time, right.arrival)
  }
}

/// Waiting records, in a queue for each key: one record of a queue is held at a time, and they are taken in order.
/// Records without a key are in no queue.
struct KeyQueues: Sendable {
  /// A record from its arrival to its end.
  struct Entry: Sendable {
    let slot: TopicBuffer.Slot
    let record: ReceivedRecord
    /// How often it was taken.
    var takes = 0
    /// Set at its arrival.
    fileprivate(set) var urgency = Urgency(priority: .usual, time: 0, arrival: 0)

    init(slot: TopicBuffer.Slot, record: ReceivedRecord) {
      self.slot = slot
      self.record = record
    }
  }

  private enum Key: Hashable {
    case key([UInt8])
    case none(TopicBuffer.Slot)
  }

  private struct KeyQueue {
    var waiting: [Entry] = []
    /// The entry of it that is held, or on its way back.
    var heldBy: TopicBuffer.Slot?
  }

  /// The head of a queue. It is valid only while it is still the head, and the queue is free.
  private struct Head: Comparable {
    let urgency: Urgency
    let key: Key
    let slot: TopicBuffer.Slot
    static func < (left: Head, right: Head) -> Bool { left.urgency < right.urgency }
    static func == (left: Head, right: Head) -> Bool { left.urgency == right.urgency }
  }

  private var queues: [Key: KeyQueue] = [:]
  private var heads = Heap<Head>()
  private var arrivals = 0

  /// Appends an entry to its queue.
  mutating func add(_ entry: Entry) {
    var entry = entry
    arrivals += 1
    entry.urgency = Urgency(
      priority: entry.record.priority, time: entry.record.timestampMilliseconds ?? 0, arrival: arrivals)
    let key = key(of: entry)
    queues[key, default: KeyQueue()].waiting.append(entry)
    if queues[key]?.waiting.count == 1 { offer(key) }
  }

  /// The urgency of the entry that `take` would return.
  mutating func first(where mayStart: (TopicBuffer.Slot) -> Bool) -> Urgency? {
    guard let head = removeHead(where: mayStart) else { return nil }
    heads.insert(head)
    return head.urgency
  }

  /// Takes the most urgent entry that may be started.
  mutating func take(where mayStart: (TopicBuffer.Slot) -> Bool) -> Entry? {
    guard let key = removeHead(where: mayStart)?.key, let entry = queues[key]?.waiting.removeFirst() else { return nil }
    queues[key]?.heldBy = entry.slot
    return entry
  }

  /// Ends an entry that was taken: the next of its queue may be taken.
  mutating func letGo(_ entry: Entry) {
    let key = key(of: entry)
    guard queues[key]?.heldBy == entry.slot else { return }
    queues[key]?.heldBy = nil
    if queues[key]?.waiting.isEmpty ?? true { queues[key] = nil } else { offer(key) }
  }

  /// Puts an entry that was taken back to the head of its queue.
  mutating func putBack(_ entry: Entry) {
    let key = key(of: entry)
    if queues[key]?.heldBy == entry.slot { queues[key]?.heldBy = nil }
    queues[key, default: KeyQueue()].waiting.insert(entry, at: 0)
    offer(key)
  }

  /// Removes the waiting entries of a partition.
  /// - Returns: their size in bytes.
  mutating func remove(of partition: Int32) -> Int {
    var bytes = 0
    for (key, queue) in queues where queue.waiting.contains(where: { $0.slot.partition == partition }) {
      let gone = queue.waiting.filter { $0.slot.partition == partition }
      bytes += gone.reduce(0) { $0 + $1.record.weight }
      queues[key]?.waiting.removeAll { $0.slot.partition == partition }
      if queues[key]?.waiting.isEmpty == true, queue.heldBy == nil { queues[key] = nil } else { offer(key) }
    }
    return bytes
  }

  private mutating func removeHead(where mayStart: (TopicBuffer.Slot) -> Bool) -> Head? {
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
    guard let queue = queues[key], queue.heldBy == nil, let first = queue.waiting.first else { return }
    heads.insert(Head(urgency: first.urgency, key: key, slot: first.slot))
  }

  private func isHead(_ head: Head) -> Bool {
    guard let queue = queues[head.key] else { return false }
    return queue.heldBy == nil && queue.waiting.first?.slot == head.slot
  }

  private func key(of entry: Entry) -> Key {
    entry.record.key.map { Key.key($0) } ?? .none(entry.slot)
  }
}
