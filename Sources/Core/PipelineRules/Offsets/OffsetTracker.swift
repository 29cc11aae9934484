/// An offset that a group has committed: where to read on, and a note about the records above it.
public struct GroupOffset: Sendable, Hashable {
  /// The offset of the first record that is not finished.
  public let position: Int64
  /// Which records above it are finished, as ASCII text of at most `OffsetNote.byteLimit` bytes; may be empty.
  public let note: String

  public init(position: Int64, note: String = "") {
    self.position = position
    self.note = note
  }
}

/// The finished records of one partition while this consumer has the partition. Records are finished in any order, yet
/// Kafka stores one offset. The committed offset is the lowest unfinished one, with a note about finished ones above
/// it, so that these are not delivered again after a restart.
///
/// One tracker lives as long as one assignment of the partition. The caller must drop ends of deliveries from an
/// earlier assignment. Offsets that never come (compacted away, or the marks of transactions) count as finished.
public struct OffsetTracker: Sendable, Equatable {
  /// The classification of a received record.
  public enum Receipt: Sendable, Equatable {
    /// To be delivered.
    case isDue
    /// Finished under an earlier assignment.
    case isFinished
    /// Received before under this assignment: a fetch went back.
    case isKnown
    /// Below the committed position: the topic was deleted and made again, so the known offsets are void.
    case isFromAnotherLog
  }

  /// The position where this assignment began; nil if nothing was ever committed.
  private let start: Int64?
  /// The highest offset received under this assignment.
  private var cursor: Int64?
  /// Ascending: received records, and those of the note that are yet to come.
  private var unfinished: [Int64]
  /// Up to here, records that are not in `unfinished` are finished or do not exist.
  private var highest: Int64?
  private var highestFinished: Int64?
  private var delivered: Int64
  private var perhapsDelivered: Int64
  private var isNoteLarge = false

  /// Begins an assignment.
  /// - Parameter committed: the group's committed offset; nil if there is none. A note that can't be read, or that
  ///   belongs to another position, counts as none: then records above the position are delivered again.
  public init(from committed: GroupOffset?) {
    start = committed?.position
    guard let committed, let note = OffsetNote(committed) else {
      unfinished = []
      highest = committed.map { $0.position - 1 }
      delivered = (committed?.position ?? 0) - 1
      perhapsDelivered = .max
      return
    }
    unfinished = note.unfinished
    highestFinished = note.highestFinished
    highest = note.highestFinished ?? (committed.position - 1)
    delivered = note.delivered
    // A killed owner has delivered more than it could note.
    perhapsDelivered = note.isLast ? note.delivered : .max
    isNoteLarge = noteIsLarge()
  }

  /// The number of unfinished records: received ones, and those of the note that are yet to come.
  public var unfinishedCount: Int { unfinished.count }

  /// The number of finished records above the lowest unfinished one.
  public var finishedAheadCount: Int64 {
    guard let position, let highestFinished, highestFinished >= position else { return 0 }
    return highestFinished + 1 - position - Int64(index(of: highestFinished))
  }

  /// The offset to commit: the lowest unfinished, or the one after the highest seen; nil if there is none.
  public var position: Int64? { unfinished.first ?? highest.map { $0 + 1 } }

  /// Records the partition's end at the time of the assignment: records beyond it can't have been delivered before.
  public mutating func learn(endAtAssignment end: Int64) {
    perhapsDelivered = min(perhapsDelivered, max(delivered, end - 1))
  }

  /// Whether an earlier owner of the partition may have delivered a record. After an orderly end of that owner this is
  /// exact; after any other, it is true of all records that were in the partition at the assignment.
  public func mayHaveBeenDelivered(_ offset: Int64) -> Bool { offset <= perhapsDelivered }

  /// Receives a record. Records come in the order of their offsets.
  public mutating func receive(_ offset: Int64) -> Receipt {
    if let start, offset < start { return .isFromAnotherLog }
    if let cursor, offset <= cursor { return .isKnown }
    forget(below: offset)
    cursor = offset
    guard offset > highest ?? -1 else {
      return isUnfinished(offset) ? .isDue : .isFinished
    }
    unfinished.append(offset)
    highest = offset
    return .isDue
  }

  /// Whether a record may be delivered now: false while the note would exceed its limit, for all records above those it
  /// covers already. The lowest unfinished one always may, so delivery never blocks for good.
  public func mayStart(_ offset: Int64) -> Bool {
    !isNoteLarge || offset < highestFinished ?? .min || offset == unfinished.first
  }

  /// Records that a record is delivered.
  public mutating func start(_ offset: Int64) { delivered = max(delivered, offset) }

  /// Finishes a record.
  /// - Returns: false if the record is finished already, or was never received.
  @discardableResult
  public mutating func finish(_ offset: Int64) -> Bool {
    guard let cursor, offset <= cursor, isUnfinished(offset) else { return false }
    unfinished.remove(at: index(of: offset))
    highestFinished = max(highestFinished ?? offset, offset)
    isNoteLarge = noteIsLarge()
    return true
  }

  /// The offset to commit now; nil if nothing was committed or received yet.
  /// - Parameter isLast: true if the partition is released with this commit, so that nothing more is delivered under
  ///   this assignment.
  public func commit(isLast: Bool = false) -> GroupOffset? {
    guard let position else { return nil }
    return GroupOffset(position: position, note: note(at: position, isLast: isLast).text)
  }

  private func note(at position: Int64, isLast: Bool) -> OffsetNote {
    let top = highestFinished.flatMap { $0 >= position ? $0 : nil }
    let below = top.map { unfinished[..<index(of: $0)] } ?? []
    // Records that a killed owner may have delivered stay uncertain, however orderly this owner ends.
    let isKnown = perhapsDelivered < .max
    return OffsetNote(
      position: position, isLast: isLast && isKnown, delivered: isKnown ? max(delivered, perhapsDelivered) : delivered,
      unfinished: Array(below), highestFinished: top)
  }

  /// Three quarters: held deliveries may still end and make the note longer.
  private func noteIsLarge() -> Bool {
    guard unfinished.count > OffsetNote.unfinishedThatAlwaysFit, let position else { return false }
    return note(at: position, isLast: false).text.utf8.count > OffsetNote.byteLimit * 3 / 4
  }

  /// Forgets offsets of the note between the last record and this one: they no longer exist.
  private mutating func forget(below offset: Int64) {
    let next = cursor.map { $0 + 1 } ?? .min
    guard let highest, next <= highest else { return }
    unfinished.removeSubrange(index(of: next)..<index(of: offset))
  }

  private func isUnfinished(_ offset: Int64) -> Bool {
    let index = index(of: offset)
    return index < unfinished.count && unfinished[index] == offset
  }

  /// The index of an offset among the unfinished ones, or where it would be inserted.
  private func index(of offset: Int64) -> Int {
    var range = 0..<unfinished.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      if unfinished[middle] < offset {
        range = middle + 1..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    return range.lowerBound
  }
}
