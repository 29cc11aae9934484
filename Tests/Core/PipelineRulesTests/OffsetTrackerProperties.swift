import GeneratorTestSupport
import PipelineRules
import Testing

/// A partition and its group, with random events: records with gaps, ends in any order, commits, orderly ends and
/// crashes, deletions, fetches that go back. Offsets are small, so that sets of them are bits.
private struct RandomPartition {
  private static let length: Int64 = 24

  private var random: SeededGenerator
  private(set) var committed: GroupOffset?
  private(set) var tracker = OffsetTracker(from: nil)
  private var exists: UInt64 = 0
  private var finished: UInt64 = 0
  private var delivered: UInt64 = 0
  /// The records that were finished when the last commit was made.
  private var finishedAtCommit: UInt64 = 0
  private var deliveredAtStart: UInt64 = 0
  private var held: UInt64 = 0
  private var ready: UInt64 = 0
  private var cursor: Int64 = 0
  private(set) var complaint: String?

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    exists = random.next() & ((1 << UInt64(Self.length)) - 1) | (random.next() & random.next() & 0xff)
  }

  mutating func live(_ steps: Int) {
    for _ in 0..<steps where complaint == nil { step() }
    commit()
    restart(isOrderly: true)
    readAll()
  }

  private mutating func step() {
    switch random.below(16) {
    case 0...4: receive()
    case 5...7:
      if let offset = any(of: ready) {
        guard tracker.mayStart(offset) else { return }
        tracker.start(offset)
        move(offset, from: \.ready, to: \.held)
        delivered |= bit(offset)
      }
    case 8...10:
      if let offset = any(of: held) {
        guard tracker.finish(offset) else { return complain("the end of \(offset) did not count") }
        move(offset, from: \.held, to: \.finished)
      }
    case 11:
      if let offset = any(of: held) { move(offset, from: \.held, to: \.ready) }
    case 12: commit()
    case 13: if random.below(4) == 0 { restart(isOrderly: false) }
    case 14: if random.below(4) == 0 { restart(isOrderly: true) }
    default:
      // A record is deleted, or a fetch goes back to known ones.
      if random.below(2) == 0 {
        if let offset = any(of: exists), offset >= cursor { exists &= ~bit(offset) }
      } else if cursor > 0, let offset = any(of: exists), offset < cursor, offset >= committedAtStart {
        if tracker.receive(offset) != .isKnown { complain("\(offset) came as new after a fetch that went back") }
      }
    }
  }

  private var committedAtStart: Int64 = 0

  private mutating func receive() {
    while cursor < Self.length, exists & bit(cursor) == 0 { cursor += 1 }
    guard cursor < Self.length else { return }
    let offset = cursor
    cursor += 1
    switch tracker.receive(offset) {
    case .isDue:
      ready |= bit(offset)
      if finishedAtCommit & bit(offset) != 0 { complain("\(offset) was committed as finished and came again") }
      if deliveredAtStart & bit(offset) != 0, !tracker.mayHaveBeenDelivered(offset) {
        complain("\(offset) came again as if for the first time")
      }
    case .isFinished: if finished & bit(offset) == 0 { complain("\(offset) is not finished and was passed over") }
    case .isKnown, .isFromAnotherLog: complain("\(offset) is new and was taken for known")
    }
  }

  private mutating func readAll() { for _ in 0..<Self.length where complaint == nil { receive() } }

  private mutating func commit(isLast: Bool = false) {
    guard let offset = tracker.commit(isLast: isLast) else { return }
    committed = offset
    finishedAtCommit = finished
    let open = exists & ~finished
    if open != 0, offset.position > Int64(open.trailingZeroBitCount) {
      complain("\(offset.position) was committed while \(open.trailingZeroBitCount) is unfinished")
    }
    if offset.note.utf8.count > 4_096 || !offset.note.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) {
      complain("the note is “\(offset.note)”")
    }
  }

  private mutating func restart(isOrderly: Bool) {
    if isOrderly { commit(isLast: true) }
    deliveredAtStart = delivered
    // Records that were finished after the last commit are delivered again, which is correct.
    finished = finishedAtCommit
    (held, ready) = (0, 0)
    tracker = OffsetTracker(from: committed)
    cursor = committed?.position ?? 0
    committedAtStart = cursor
    if !isOrderly, random.below(2) == 0 { tracker.learn(endAtAssignment: Self.length) }
  }

  private mutating func move(
    _ offset: Int64, from: WritableKeyPath<Self, UInt64>, to: WritableKeyPath<Self, UInt64>
  ) {
    self[keyPath: from] &= ~bit(offset)
    self[keyPath: to] |= bit(offset)
  }

  private mutating func any(of set: UInt64) -> Int64? {
    guard set != 0 else { return nil }
    var rest = set
    for _ in 0..<random.below(set.nonzeroBitCount) { rest &= rest - 1 }
    return Int64(rest.trailingZeroBitCount)
  }

  private func bit(_ offset: Int64) -> UInt64 { 1 << UInt64(offset) }

  private mutating func complain(_ words: String) { if complaint == nil { complaint = words } }
}

@Suite("Offsets, whatever happens", .timeLimit(.minutes(10)))
struct OffsetTrackerProperties {
  @Test func `no commit passes an unfinished record, none is skipped, and no noted one is delivered again`() {
    for seed in 0..<100_000 as Range<UInt64> {
      var partition = RandomPartition(seed: seed)
      partition.live(16 + Int(seed % 24))
      if let complaint = partition.complaint {
        Issue.record("seed \(seed): \(complaint)")
        return
      }
    }
  }

  @Test func `a commit restores the finished records, and fits its limit`() {
    for seed in 0..<100_000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      let start = [0, 1, 127, 1 << 40][random.below(4)] + Int64(random.below(1_000))
      var tracker = OffsetTracker(from: seed % 2 == 0 ? nil : GroupOffset(position: start))
      // Most are short; some are longer than a note can describe.
      let length = seed % 5_000 == 0 ? 3_000 : 3 + random.below(10)
      let gap = [1, 1, 2, 300][random.below(4)]
      let odds = 1 + random.below(6)
      var offset = start
      var unfinished: [Int64] = []
      var all: [Int64] = []
      for _ in 0..<length {
        offset += Int64(1 + random.below(gap))
        _ = tracker.receive(offset)
        all.append(offset)
        if random.below(odds) == 0 { tracker.finish(offset) } else { unfinished.append(offset) }
      }
      guard let committed = tracker.commit() else { continue }
      var restored = OffsetTracker(from: committed)
      let due = all.filter { $0 >= committed.position && restored.receive($0) != .isFinished }
      let isRight = length < 100 ? due == unfinished : Set(due).isSuperset(of: unfinished)
      if !isRight || committed.note.utf8.count > 4_096 || committed.position != unfinished.first ?? offset + 1 {
        Issue.record("seed \(seed): \(committed.position) with \(committed.note.utf8.count) bytes gives \(due)")
        return
      }
    }
  }

  @Test func `damaged notes are refused or read as valid ones, and never trap`() {
    for seed in 0..<100_000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var tracker = OffsetTracker(from: nil)
      for offset in 0..<Int64(8) {
        _ = tracker.receive(offset)
        if offset > 0, random.below(2) == 0 { tracker.finish(offset) }
      }
      var note = Array(tracker.commit()!.note.utf8)
      for _ in 0...random.below(3) {
        let place = random.below(note.count)
        switch random.below(3) {
        case 0: note[place] = UInt8(0x20 + random.below(0x60))
        case 1: note.insert(UInt8(0x20 + random.below(0x60)), at: place)
        default: if note.count > 1 { note.remove(at: place) }
        }
      }
      let position = random.below(3) == 0 ? Int64.max - Int64(random.below(40_000)) : 0
      var restored = OffsetTracker(
        from: GroupOffset(position: position, note: String(decoding: note, as: UTF8.self)))
      _ = restored.receive(position)
      restored.finish(position)
      if restored.commit() == nil { Issue.record("seed \(seed)") }
    }
  }
}
