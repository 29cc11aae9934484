import PipelineRules
import Testing

@Suite struct OffsetTrackerTests {
  /// Receives offsets that must be due, and begins to deliver them.
  private func deliver(_ offsets: some Sequence<Int64>, _ tracker: inout OffsetTracker) {
    for offset in offsets {
      guard tracker.receive(offset) == .isDue else {
        Issue.record("\(offset) is not due")
        return
      }
      tracker.start(offset)
    }
  }

  @Test func `no offset is committed before a record is received`() {
    let tracker = OffsetTracker(from: nil)
    #expect(tracker.commit() == nil)
    #expect(OffsetTracker(from: GroupOffset(position: 7)).commit()?.position == 7)
  }

  @Test func `the position is the lowest unfinished offset, or the one after the highest`() {
    var tracker = OffsetTracker(from: nil)
    deliver([10, 11, 12, 15], &tracker)
    #expect(tracker.commit()?.position == 10)
    tracker.finish(11)
    #expect(tracker.commit()?.position == 10)
    tracker.finish(10)
    #expect(tracker.commit()?.position == 12)
    tracker.finish(12)
    tracker.finish(15)
    #expect(tracker.commit()?.position == 16)
  }

  @Test func `records finished above the position are counted, also from a note`() {
    var tracker = OffsetTracker(from: nil)
    #expect(tracker.finishedAheadCount == 0)
    deliver([10, 11, 12, 13, 14, 15], &tracker)
    #expect(tracker.finishedAheadCount == 0)
    for offset in [11, 13, 14] as [Int64] { tracker.finish(offset) }
    #expect(tracker.finishedAheadCount == 3)
    #expect(OffsetTracker(from: tracker.commit()).finishedAheadCount == 3)
    tracker.finish(10)
    #expect(tracker.finishedAheadCount == 2)
    for offset in [12, 15] as [Int64] { tracker.finish(offset) }
    #expect(tracker.finishedAheadCount == 0)
    #expect(OffsetTracker(from: tracker.commit()).finishedAheadCount == 0)
  }

  @Test func `offsets that never come do not block the position`() {
    var tracker = OffsetTracker(from: GroupOffset(position: 3))
    deliver([8, 20], &tracker)
    #expect(tracker.commit()?.position == 8)
    tracker.finish(8)
    tracker.finish(20)
    #expect(tracker.commit()?.position == 21)
  }

  @Test func `records finished above the position are not delivered again`() {
    var tracker = OffsetTracker(from: nil)
    deliver(0..<10, &tracker)
    for offset: Int64 in [0, 2, 3, 7, 9] { tracker.finish(offset) }
    var later = OffsetTracker(from: tracker.commit())
    let due = (Int64(1)..<10).filter { later.receive($0) != .isFinished }
    #expect(due == [1, 4, 5, 6, 8])
  }

  @Test func `records that were deleted after they were noted as unfinished do not hold up the position`() {
    var tracker = OffsetTracker(from: nil)
    deliver(0..<6, &tracker)
    tracker.finish(5)
    var later = OffsetTracker(from: tracker.commit())
    #expect(later.receive(4) == .isDue)
    later.finish(4)
    #expect(later.commit()?.position == 6)
  }

  @Test func `a fetch that goes back delivers no record twice`() {
    var tracker = OffsetTracker(from: GroupOffset(position: 5))
    deliver(5..<8, &tracker)
    tracker.finish(5)
    #expect(tracker.receive(5) == .isKnown)
    #expect(tracker.receive(7) == .isKnown)
    #expect(tracker.receive(8) != .isKnown)
  }

  @Test func `a topic that was deleted and made again is detected`() {
    var tracker = OffsetTracker(from: GroupOffset(position: 1_000))
    #expect(tracker.receive(0) == .isFromAnotherLog)
  }

  @Test func `notes never change: other versions read them`() {
    // 100 and 101 are unfinished, 102 and 103 finished, 104 and 105 delivered.
    var tracker = OffsetTracker(from: GroupOffset(position: 100))
    deliver(100..<106, &tracker)
    for offset in [102, 103] as [Int64] { tracker.finish(offset) }
    // Flags 2, position 100, 6 offsets delivered, the bits 110 from 101 on.
    #expect(tracker.commit() == GroupOffset(position: 100, note: "1AmQGBg=="))
    // Of 200 in a row the last is finished: flags 0, position 0, 200 delivered, 199 unfinished, one finished.
    var other = OffsetTracker(from: GroupOffset(position: 0))
    deliver(0..<200, &other)
    other.finish(199)
    #expect(other.commit() == GroupOffset(position: 0, note: "1AADIAccBAQ=="))
  }

  @Test func `a note that can't be read, or is another position's, brings everything again`() {
    var tracker = OffsetTracker(from: nil)
    deliver(0..<4, &tracker)
    tracker.finish(2)
    let note = tracker.commit()!.note
    for damaged in ["", "x", "1", "1!", "2" + note.dropFirst(), String(note.dropLast()), "\(note)AAAA", "ключ"] {
      var later = OffsetTracker(from: GroupOffset(position: 0, note: damaged))
      #expect((Int64(0)..<4).allSatisfy { later.receive($0) == .isDue }, "after “\(damaged)”")
    }
    var moved = OffsetTracker(from: GroupOffset(position: 1, note: note))
    #expect(moved.receive(2) == .isDue)
  }

  @Test func `an end counts once, and only for a received record`() {
    var tracker = OffsetTracker(from: nil)
    deliver(0..<2, &tracker)
    let ends = [tracker.finish(1), tracker.finish(1), tracker.finish(9)]
    #expect(ends == [true, false, false])
    #expect(tracker.commit()?.position == 0)
  }

  @Test func `after an orderly end only delivered records count as delivered before`() {
    var tracker = OffsetTracker(from: nil)
    deliver(0..<2, &tracker)
    _ = tracker.receive(2)
    tracker.learn(endAtAssignment: 0)
    let orderly = OffsetTracker(from: tracker.commit(isLast: true))
    #expect((Int64(0)..<4).map { orderly.mayHaveBeenDelivered($0) } == [true, true, false, false])
    var killed = OffsetTracker(from: tracker.commit())
    killed.learn(endAtAssignment: 3)
    #expect((Int64(0)..<4).map { killed.mayHaveBeenDelivered($0) } == [true, true, true, false])
  }

  @Test func `one held record does not stop a hundred thousand others`() {
    var tracker = OffsetTracker(from: nil)
    deliver(0..<1, &tracker)
    for offset: Int64 in 1..<100_000 {
      _ = tracker.receive(offset)
      guard tracker.mayStart(offset) else {
        Issue.record("\(offset) is held up")
        return
      }
      tracker.start(offset)
      tracker.finish(offset)
    }
    #expect(tracker.commit()?.position == 0)
    #expect(tracker.commit()!.note.utf8.count < 40)
  }

  @Test func `while the note is large no record beyond it is started, and the lowest one always may`() {
    var tracker = OffsetTracker(from: nil)
    var last: Int64 = 0
    // The worst pattern: too many runs for bits, and too many for lengths.
    while tracker.mayStart(last), last < 4_000_000 {
      _ = tracker.receive(last)
      for offset in last + 1..<last + 140 {
        _ = tracker.receive(offset)
        tracker.finish(offset)
      }
      last += 140
      _ = tracker.receive(last)
    }
    #expect(last < 4_000_000)
    #expect(!tracker.mayStart(last))
    #expect(tracker.commit()!.note.utf8.count <= 4_096)
    #expect(tracker.mayStart(0))
    var restored = OffsetTracker(from: tracker.commit())
    #expect(restored.receive(0) == .isDue)
    var rounds = 0
    while !tracker.mayStart(last), rounds < 100_000 {
      tracker.finish(tracker.position!)
      rounds += 1
    }
    #expect(tracker.mayStart(last))
  }
}
