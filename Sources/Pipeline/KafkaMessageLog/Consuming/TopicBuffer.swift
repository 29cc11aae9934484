import Kafka
import MessageLog
import PipelineRules

/// The records of one topic that a consumer has received and not finished, and which of them comes next: within a key
/// one at a time in their order, among keys the most urgent first. Decides; touches no broker.
///
/// A key that has several partitions (somebody else's producer, or partitions added later) keeps the order of arrival.
struct TopicBuffer: Sendable {
  /// How much is buffered before partitions are paused.
  struct Limits: Sendable {
    /// Unfinished records of one partition.
    var recordsOfPartition = 1_000
    /// Bytes of all records that wait, over all partitions.
    var bytes = 16 << 20
  }

  /// A record under one assignment of its partition. After the partition has gone and come back it is another one.
  struct Slot: Hashable, Sendable {
    let partition: Int32
    let offset: Int64
    let epoch: Int
  }

  /// A record that was taken to be delivered.
  struct Taken: Sendable {
    let slot: Slot
    let record: ReceivedRecord
    /// How often it was delivered, this time included, as far as is known.
    let count: Int
  }

  private struct Partition: Sendable {
    var tracker: OffsetTracker
    let epoch: Int
    var waiting = 0
    var isPaused = false
    /// It is about to go: nothing more of it is handed out.
    var isStopped = false
    /// Something ended since the last commit.
    var isChanged = false
  }

  private let limits: Limits
  private var lastEpoch = 0
  private var partitions: [Int32: Partition] = [:]
  private var queues = KeyQueues()
  private var held: [Slot: KeyQueues.Entry] = [:]
  private var waitingBytes = 0

  init(limits: Limits = Limits()) { self.limits = limits }

  /// Which partitions it has.
  var assigned: [Int32] { partitions.keys.sorted() }

  /// A partition has come, with what the group has committed of it.
  /// - Returns: the number of this assignment.
  @discardableResult
  mutating func assign(_ number: Int32, _ committed: GroupOffset?) -> Int {
    lastEpoch += 1
    partitions[number] = Partition(tracker: OffsetTracker(from: committed), epoch: lastEpoch)
    return lastEpoch
  }

  func isAssigned(_ number: Int32, epoch: Int) -> Bool { partitions[number]?.epoch == epoch }

  /// The partition's end when it was assigned became known.
  mutating func learn(endAtAssignment end: Int64, of number: Int32, epoch: Int) {
    guard partitions[number]?.epoch == epoch else { return }
    partitions[number]?.tracker.learn(endAtAssignment: end)
  }

  /// A record has come.
  /// - Returns: whether it waits now; false where it needs nothing more.
  mutating func receive(_ record: ReceivedRecord) -> Bool {
    let number = record.partition.partition
    switch partitions[number]?.tracker.receive(record.offset) {
    case nil, .isFinished?, .isKnown?: return false
    case .isFromAnotherLog?:
      // The topic was made anew under the group's feet: what is known of the old one means nothing here.
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

  /// The urgency of what `take` would take; nil where nothing can be taken.
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

  /// Whether a delivery is still this consumer's to end.
  func isCurrent(_ slot: Slot) -> Bool { held[slot] != nil && partitions[slot.partition]?.epoch == slot.epoch }

  /// A delivery has ended.
  /// - Returns: false where it was taken away meanwhile: then its end has no effect but to let its key go on.
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

  /// From now on nothing more of a partition is handed out; what is held can still end.
  mutating func stop(_ number: Int32) {
    partitions[number]?.isStopped = true
    guard let waiting = partitions[number]?.waiting, waiting > 0 else { return }
    waitingBytes -= queues.remove(of: number)
    partitions[number]?.waiting = 0
  }

  /// A partition has gone.
  /// - Returns: what to commit as the last thing; nil where there is nothing to say.
  mutating func revoke(_ number: Int32) -> GroupOffset? {
    stop(number)
    return partitions.removeValue(forKey: number)?.tracker.commit(isLast: true)
  }

  /// What has changed since this was asked last, to be committed.
  mutating func changes() -> [Int32: GroupOffset] {
    var changes: [Int32: GroupOffset] = [:]
    for number in Array(partitions.keys) where partitions[number]?.isChanged == true {
      partitions[number]?.isChanged = false
      changes[number] = partitions[number]?.tracker.commit()
    }
    return changes
  }

  /// A commit of a partition has failed: it is still to be made.
  mutating func keepChange(of number: Int32) { partitions[number]?.isChanged = true }

  /// Which partitions are to be paused and which to be resumed by now. Between half and the whole of a limit all stays
  /// as it is, so that a partition does not go back and forth with every record.
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
  /// About how many bytes it takes while it waits.
  var weight: Int {
    200 + (key?.count ?? 0) + (value?.count ?? 0)
      + headers.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) + 32 }
  }
}
