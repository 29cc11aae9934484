import Kafka
import MessageLog
import PipelineRules

/// The unfinished records of one topic that a consumer has received, and the order in which they are delivered: within
/// a key one at a time in their order, among keys the most urgent first. Decides only; it does not talk to brokers.
///
/// A key with records in several partitions (from a foreign producer, or because partitions were added later) keeps the
/// order of arrival.
struct TopicBuffer: Sendable {
  /// How much is buffered before partitions are paused.
  struct Limits: Sendable {
    /// Unfinished records of one partition.
    var recordsOfPartition = 1_000
    /// Bytes of all waiting records, over all partitions.
    var bytes = 16 << 20
  }

  /// A record under one assignment of its partition. After the partition was revoked and assigned again, the slot is
  /// another one.
  struct Slot: Hashable, Sendable {
    let partition: Int32
    let offset: Int64
    let epoch: Int
  }

  /// A record that was taken to be delivered.
  struct Taken: Sendable {
    let slot: Slot
    let record: ReceivedRecord
    /// The number of deliveries, this one included, as far as is known.
    let count: Int
  }

  private struct Partition: Sendable {
    var tracker: OffsetTracker
    let epoch: Int
    var waiting = 0
    var isPaused = false
    /// It is about to be revoked: no more of its records are taken.
    var isStopped = false
    /// A delivery ended since the last commit.
    var isChanged = false
  }

  private let limits: Limits
  private var lastEpoch = 0
  private var partitions: [Int32: Partition] = [:]
  private var queues = KeyQueues()
  private var held: [Slot: KeyQueues.Entry] = [:]
  private var waitingBytes = 0

  init(limits: Limits = Limits()) { self.limits = limits }

  var assigned: [Int32] { partitions.keys.sorted() }

  /// Adds an assigned partition, with the group's committed offset.
  /// - Returns: the number of this assignment.
  @discardableResult
  mutating func assign(_ number: Int32, _ committed: GroupOffset?) -> Int {
    lastEpoch += 1
    partitions[number] = Partition(tracker: OffsetTracker(from: committed), epoch: lastEpoch)
    return lastEpoch
  }

  func isAssigned(_ number: Int32, epoch: Int) -> Bool { partitions[number]?.epoch == epoch }

  /// Records the partition's end offset at the time of assignment.
  mutating func learn(endAtAssignment end: Int64, of number: Int32, epoch: Int) {
    guard partitions[number]?.epoch == epoch else { return }
    partitions[number]?.tracker.learn(endAtAssignment: end)
  }

  /// Adds a record.
  /// - Returns: whether it waits now; false if it is finished already.
  mutating func receive(_ record: ReceivedRecord) -> Bool {
    let number = record.partition.partition
    switch partitions[number]?.tracker.receive(record.offset) {
    case nil, .isFinished?, .isKnown?: return false
    case .isFromAnotherLog?:
      // The topic was deleted and made again: the state of the old one no longer applies.
      let wasPaused = partitions[number]?.isPaused ?? false
      stop(number)
      assign(number, nil)
      partitions[number]?.isPaused = wasPaused
      return receive(record)
    case .isDue?:
      guard let epoch = partitions[number]?.epoch else { return false }
      let slot = Slot(partition: number, offset: record.offset, epoch: epoch)
      queues.add(KeyQueues.Entry(slot: slot, record: record))
      partitions[number]?.waiting += 1
      waitingBytes += record.weight
      return true
    }
  }

  /// The urgency of the record that `take` would return; nil if none can be taken.
  mutating func nextUrgency() -> Urgency? {
    queues.first { [partitions] in Self.mayStart($0, partitions) }
  }

  /// Takes the most urgent record.
  mutating func take() -> Taken? {
    guard var entry = queues.take(where: { [partitions] in Self.mayStart($0, partitions) }) else { return nil }
    let slot = entry.slot
    entry.takes += 1
    held[slot] = entry
    partitions[slot.partition]?.waiting -= 1
    waitingBytes -= entry.record.weight
    let mayBeAgain = partitions[slot.partition]?.tracker.mayHaveBeenDelivered(slot.offset) ?? false
    partitions[slot.partition]?.tracker.start(slot.offset)
    return Taken(slot: slot, record: entry.record, count: entry.takes + (mayBeAgain ? 1 : 0))
  }

  /// Whether this consumer may still end a delivery.
  func isCurrent(_ slot: Slot) -> Bool { held[slot] != nil && partitions[slot.partition]?.epoch == slot.epoch }

  /// Ends a delivery.
  /// - Returns: false if its partition was revoked meanwhile: then it only frees its key.
  @discardableResult
  mutating func end(_ slot: Slot, isFinished: Bool) -> Bool {
    guard let entry = held.removeValue(forKey: slot) else { return false }
    guard partitions[slot.partition]?.epoch == slot.epoch else {
      queues.letGo(entry)
      return false
    }
    if isFinished {
      partitions[slot.partition]?.tracker.finish(slot.offset)
      partitions[slot.partition]?.isChanged = true
      queues.letGo(entry)
    } else {
      partitions[slot.partition]?.waiting += 1
      waitingBytes += entry.record.weight
      queues.putBack(entry)
    }
    return true
  }

  /// Whether deliveries of a partition are held under its present assignment.
  func holdsAny(of number: Int32) -> Bool {
    guard let epoch = partitions[number]?.epoch else { return false }
    return held.keys.contains { $0.partition == number && $0.epoch == epoch }
  }

  /// Stops taking records of a partition; held ones can still end.
  mutating func stop(_ number: Int32) {
    partitions[number]?.isStopped = true
    guard let waiting = partitions[number]?.waiting, waiting > 0 else { return }
    waitingBytes -= queues.remove(of: number)
    partitions[number]?.waiting = 0
  }

  /// Removes a revoked partition.
  /// - Returns: the offset to commit last; nil if there is nothing to commit.
  mutating func revoke(_ number: Int32) -> GroupOffset? {
    stop(number)
    return partitions.removeValue(forKey: number)?.tracker.commit(isLast: true)
  }

  /// The offsets that changed since the last call, to be committed.
  mutating func changes() -> [Int32: GroupOffset] {
    var changes: [Int32: GroupOffset] = [:]
    for number in Array(partitions.keys) where partitions[number]?.isChanged == true {
      partitions[number]?.isChanged = false
      changes[number] = partitions[number]?.tracker.commit()
    }
    return changes
  }

  /// Marks a partition as changed again after its commit failed.
  mutating func keepChange(of number: Int32) { partitions[number]?.isChanged = true }

  /// The partitions to pause and to resume now. Between half a limit and the limit nothing changes, so that a partition
  /// is not paused and resumed with every record.
  mutating func flow() -> (pause: [Int32], resume: [Int32]) {
    var (pause, resume): ([Int32], [Int32]) = ([], [])
    for (number, partition) in partitions {
      let count = partition.tracker.unfinishedCount
      if !partition.isPaused, count >= limits.recordsOfPartition || waitingBytes >= limits.bytes {
        partitions[number]?.isPaused = true
        pause.append(number)
      } else if partition.isPaused, count <= limits.recordsOfPartition / 2, waitingBytes <= limits.bytes / 2 {
        partitions[number]?.isPaused = false
        resume.append(number)
      }
    }
    return (pause, resume)
  }

  private static func mayStart(_ slot: Slot, _ partitions: [Int32: Partition]) -> Bool {
    guard let partition = partitions[slot.partition], !partition.isStopped else { return false }
    return partition.tracker.mayStart(slot.offset)
  }
}

extension ReceivedRecord {
  /// Its approximate size in memory while it waits, in bytes.
  var weight: Int {
    200 + (key?.count ?? 0) + (value?.count ?? 0)
      + headers.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) + 32 }
  }
}
