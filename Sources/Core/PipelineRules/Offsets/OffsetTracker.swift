/// An offset as a group has committed it: where to read on, and a note on what lies above it.
public struct GroupOffset: Sendable, Hashable {
  /// The offset of the first record that is not finished.
  public let position: Int64
  /// What is finished above it, as ASCII text of at most `OffsetNote.byteLimit` bytes; empty where nothing is noted.
  public let note: String

  /// A committed offset.
  public init(position: Int64, note: String = "") {
    self.position = position
    self.note = note
  }
}

/// Which records of one partition are finished, while this consumer has the partition: records are finished in any
/// order, yet Kafka remembers one offset. What is committed is the lowest unfinished offset, with a note on those above
/// it that are finished, so that they are not delivered again after a restart.
///
/// One tracker lives as long as one assignment of the partition. Ends of deliveries from an earlier assignment are the
/// caller's to drop. Offsets that never come (compacted away, or the marks of transactions) count as finished.
public struct OffsetTracker: Sendable, Equatable {
  /// What a received record is.
  public enum Receipt: Sendable, Equatable {
    /// To be delivered.
    case isDue
    /// Finished under an earlier assignment.
    case isFinished
    /// Received before under this assignment: a fetch that went back.
    case isKnown
    /// Below the committed position: the topic has been made anew, and what is known of its offsets means nothing.
    case isFromAnotherLog
  }

  /// Where this assignment began; nil where nothing was ever committed.
  private let start: Int64?
  /// The highest offset received under this assignment.
  private var cursor: Int64?
  /// Ascending: received ones, and from the note those that are yet to come.
  private var unfinished: [Int64]
  /// Up to here, what is not in `unfinished` is finished or does not exist.
  private var highest: Int64?
  private var highestFinished: Int64?
  private var delivered: Int64
  private var perhapsDelivered: Int64
  private var isNoteLarge = false

  /// A partition is assigned.
  /// - Parameter committed: what the group has committed; nil for nothing. A note that can't be read, or that belongs
  /// to   another position, counts as none: then what is above the position comes again.
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
    // Whoever was killed has delivered more than it could note.
    perhapsDelivered = note.isLast ? note.delivered : .max
    isNoteLarge = noteIsLarge()
  }

  /// How many records are received and not finished, with those that the note says are yet to come.
  public var unfinishedCount: Int { unfinished.count }

  /// How many records above the lowest unfinished one are finished.
  public var finishedAheadCount: Int64 {
    guard let position, let highestFinished, highestFinished >= position else { return 0 }
    return highestFinished + 1 - position - Int64(index(of: highestFinished))
  }

  /// The offset to commit: the lowest unfinished, or the one after the highest seen; nil where there is nothing to say.
  public var position: Int64? { unfinished.first ?? highest.map { $0 + 1 } }

  /// The partition's end at the time of the assignment became known: what lies beyond can't have been delivered before.
  public mutating func learn(endAtAssignment end: Int64) {
    perhapsDelivered = min(perhapsDelivered, max(delivered, end - 1))
  }

  /// Whether an earlier owner of the partition may have delivered a record. After an orderly end of that owner this is
  /// exact; after any other, it is true of all that were in the partition when it was assigned.
  public func mayHaveBeenDelivered(_ offset: Int64) -> Bool { offset <= perhapsDelivered }

  /// A record has come. Records come in the order of their offsets.
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

  /// Whether a record may be delivered now: false while the note would outgrow its place, for all that lie above what
  /// it covers already. The lowest unfinished one always may, so there is always a way on.
  public func mayStart(_ offset: Int64) -> Bool {
    !isNoteLarge || offset < highestFinished ?? .min || offset == unfinished.first
  }

  /// A record is delivered.
  public mutating func start(_ offset: Int64) { delivered = max(delivered, offset) }

  /// A delivery has ended for good.
  /// - Returns: false where the record is finished already, or was never received.
  @discardableResult
  public mutating func finish(_ offset: Int64) -> Bool {
    guard let cursor, offset <= cursor, isUnfinished(offset) else { return false }
    unfinished.remove(at: index(of: offset))
    highestFinished = max(highestFinished ?? offset, offset)
    isNoteLarge = noteIsLarge()
    return true
  }

  /// What to commit now; nil where nothing was committed or received yet.
  /// - Parameter isLast: true where the partition is given up with this commit, so that nothing more is delivered under
  ///   this assignment.
  public func commit(isLast: Bool = false) -> GroupOffset? {
    guard let position else { return nil }
    return GroupOffset(position: position, note: note(at: position, isLast: isLast).text)
  }

  private func note(at position: Int64, isLast: Bool) -> OffsetNote {
    let top = highestFinished.flatMap { $0 >= position ? $0 : nil }
    let below = top.map { unfinished[..<index(of: $0)] } ?? []
    // What an owner that was killed may have delivered stays so, however orderly this one ends.
    let isKnown = perhapsDelivered < .max
    return OffsetNote(
      position: position, isLast: isLast && isKnown, delivered: isKnown ? max(delivered, perhapsDelivered) : delivered,
      unfinished: Array(below), highestFinished: top)
  }

  /// Three quarters: what is in hand may still end and make the note longer.
  private func noteIsLarge() -> Bool {
    guard unfinished.count > OffsetNote.unfinishedThatAlwaysFit, let position else { return false }
    return note(at: position, isLast: false).text.utf8.count > OffsetNote.byteLimit * 3 / 4
  }

  /// Forgets offsets between the last record and this one that the note told of: they are no more.
  private mutating func forget(below offset: Int64) {
    let next = cursor.map { $0 + 1 } ?? .min
    guard let highest, next <= highest else { return }
    unfinished.removeSubrange(index(of: next)..<index(of: offset))
  }

  private func isUnfinished(_ offset: Int64) -> Bool {
    let index = index(of: offset)
    return index < unfinished.count && unfinished[index] == offset
  }

  /// Where an offset stands among the unfinished ones, or would stand.
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
