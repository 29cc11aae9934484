import GeneratorTestSupport
import Kafka
import PipelineRules
import Testing

@testable import KafkaMessageLog

@Suite struct TopicBufferTests {
  /// A buffer with partitions that begin at 0.
  private func shelf(_ partitions: Int32 = 1, limits: TopicBuffer.Limits = .init()) -> TopicBuffer {
    var shelf = TopicBuffer(limits: limits)
    for number in 0..<partitions { shelf.assign(number, nil) }
    return shelf
  }

  private func take(_ shelf: inout TopicBuffer) throws -> TopicBuffer.Taken {
    let taken = shelf.take()
    return try #require(taken)
  }

  private func offsets(_ taken: TopicBuffer.Taken?...) -> [Int64?] { taken.map { $0?.slot.offset } }

  @Test func `one record of a key is held at a time, and others pass`() throws {
    var shelf = shelf()
    for (offset, key) in ["a", "a", "b", "a"].enumerated() { _ = shelf.receive(record(key, Int64(offset))) }
    let first = try take(&shelf)
    #expect(offsets(first, shelf.take(), shelf.take()) == [0, 2, nil])
    shelf.end(first.slot, isFinished: true)
    #expect(offsets(shelf.take(), shelf.take()) == [1, nil])
  }

  @Test func `records without key are not queued`() {
    var shelf = shelf()
    for offset in 0..<3 as Range<Int64> { _ = shelf.receive(record(nil, offset)) }
    #expect(offsets(shelf.take(), shelf.take(), shelf.take()) == [0, 1, 2])
  }

  @Test func `urgent records come first, then older ones, whatever their partition`() {
    var shelf = shelf(2)
    _ = shelf.receive(record("a", 0, at: 30))
    _ = shelf.receive(record("b", 1, at: 10))
    _ = shelf.receive(record("c", 0, in: 1, at: 20))
    _ = shelf.receive(record("d", 1, in: 1, at: 99, priority: "2"))
    _ = shelf.receive(record("e", 2, in: 1, at: 1, priority: "-9223372036854775808"))
    _ = shelf.receive(record("f", 3, in: 1, at: 15, priority: "high"))
    var keys: [String] = []
    while let taken = shelf.take() { keys.append(String(decoding: taken.record.key ?? [], as: UTF8.self)) }
    #expect(keys == ["d", "e", "b", "f", "c", "a"])
  }

  @Test func `a record that was given back comes before its successors, and its delivery counts`() throws {
    var shelf = shelf()
    shelf.learn(endAtAssignment: 0, of: 0, epoch: 1)
    _ = shelf.receive(record("a", 0))
    _ = shelf.receive(record("a", 1))
    let first = try take(&shelf)
    shelf.end(first.slot, isFinished: false)
    let again = try take(&shelf)
    #expect([first.count, again.count] == [1, 2])
    #expect(again.slot == first.slot)
  }

  @Test func `records that an earlier owner may have delivered count as delivered`() {
    var shelf = shelf()
    _ = shelf.receive(record("a", 0))
    #expect(shelf.take()?.count == 2)
  }

  @Test func `ends after the partition has gone have no effect, but their key stays blocked until then`() throws {
    var shelf = shelf()
    _ = shelf.receive(record("a", 0))
    let stale = try take(&shelf)
    let last = shelf.revoke(0)
    #expect(last?.position == 0)
    shelf.assign(0, last)
    _ = shelf.receive(record("a", 0))
    #expect(shelf.take() == nil)
    let hadEffect = shelf.end(stale.slot, isFinished: true)
    #expect(!hadEffect)
    let again = try take(&shelf)
    #expect(again.count == 2)
    #expect(shelf.changes().isEmpty)
  }

  @Test func `no record of a partition that is being revoked is taken, not even a returned one`() throws {
    var shelf = shelf(2)
    _ = shelf.receive(record("a", 0))
    _ = shelf.receive(record("b", 1))
    _ = shelf.receive(record("c", 0, in: 1))
    let held = try take(&shelf)
    shelf.stop(0)
    #expect(shelf.holdsAny(of: 0))
    shelf.end(held.slot, isFinished: false)
    #expect(!shelf.holdsAny(of: 0))
    #expect(offsets(shelf.take(), shelf.take()) == [0, nil])
    #expect(shelf.revoke(0)?.position == 0)
  }

  @Test func `a change is committed once, and again where the commit failed`() throws {
    var shelf = shelf()
    _ = shelf.receive(record("a", 0))
    shelf.end(try take(&shelf).slot, isFinished: true)
    #expect(shelf.changes()[0]?.position == 1)
    #expect(shelf.changes().isEmpty)
    shelf.keepChange(of: 0)
    #expect(shelf.changes()[0]?.position == 1)
  }

  @Test func `a partition is paused when it is full and resumed when it is half empty`() throws {
    var shelf = shelf(2, limits: .init(recordsOfPartition: 4, bytes: 1 << 20))
    for offset in 0..<4 as Range<Int64> { _ = shelf.receive(record("\(offset)", offset)) }
    #expect(shelf.flow().pause == [0])
    #expect(shelf.flow() == ([], []))
    shelf.end(try take(&shelf).slot, isFinished: true)
    #expect(shelf.flow().resume.isEmpty)
    shelf.end(try take(&shelf).slot, isFinished: true)
    #expect(shelf.flow().resume == [0])
  }

  @Test func `too many bytes pause all partitions, and held ones don't count`() throws {
    var shelf = shelf(2, limits: .init(recordsOfPartition: 100, bytes: 10_000))
    for offset in 0..<2 as Range<Int64> { _ = shelf.receive(record("\(offset)", offset, bytes: 5_000)) }
    #expect(shelf.flow().pause.sorted() == [0, 1])
    _ = shelf.take()
    #expect(shelf.flow().resume.isEmpty)
    _ = shelf.take()
    #expect(shelf.flow().resume.sorted() == [0, 1])
  }

  @Test func `a topic that was deleted and made again is read from its start`() {
    var shelf = TopicBuffer()
    shelf.assign(0, GroupOffset(position: 1_000))
    _ = shelf.receive(record("a", 1_000))
    let isNews = shelf.receive(record("b", 0))
    #expect(isNews)
    #expect(offsets(shelf.take(), shelf.take()) == [0, nil])
  }

  @Test func `under random events each key keeps its order, and no commit passes an unfinished record`() {
    for seed in 0..<3_000 as Range<UInt64> {
      var life = ShelfLife(seed: seed)
      life.live(40)
      if let complaint = life.complaint {
        Issue.record("seed \(seed): \(complaint)")
        return
      }
    }
  }
}

/// Two partitions of a topic and one consumer, with random events.
private struct ShelfLife {
  private var random: SeededGenerator
  private var shelf = TopicBuffer()
  private var committed: [Int32: GroupOffset] = [:]
  private var next: [Int32: Int64] = [:]
  private var held: [TopicBuffer.Taken] = []
  private var stale: [TopicBuffer.Taken] = []
  /// The offset that is next in order for each key; those below it are finished.
  private var finished: [Int32: Set<Int64>] = [0: [], 1: []]
  private var finishedAtCommit: [Int32: Set<Int64>] = [0: [], 1: []]
  private(set) var complaint: String?
  private let length: Int64 = 12

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    for number in [0, 1] as [Int32] { assign(number) }
  }

  /// Three keys for each partition.
  private func key(_ partition: Int32, _ offset: Int64) -> String { "\(partition)/\((offset * 7 + 3) % 5 % 3)" }

  mutating func live(_ steps: Int) {
    for _ in 0..<steps where complaint == nil { step() }
    for taken in held + stale { end(taken, isFinished: true) }
    while complaint == nil, receiveAll(), take() { end(held[0], isFinished: true) }
    for number in [0, 1] as [Int32] where complaint == nil && finished[number]?.count != Int(length) {
      complain("of partition \(number) only \(finished[number]?.sorted() ?? []) is finished in the end")
    }
  }

  private mutating func step() {
    let number = Int32(random.below(2))
    switch random.below(12) {
    case 0...3: receive(number)
    case 4...6: _ = take()
    case 7, 8: if let taken = held.randomElement(using: &random) { end(taken, isFinished: true) }
    case 9: if let taken = held.randomElement(using: &random) { end(taken, isFinished: false) }
    case 10: if let taken = stale.randomElement(using: &random) { end(taken, isFinished: random.below(2) == 0) }
    default:
      if random.below(3) == 0 { note(shelf.changes()) }
      guard random.below(3) == 0 else { return }
      let last = shelf.revoke(number)
      // Revoked without a commit: records that were finished after the last one are delivered again, which is correct.
      if let last, random.below(2) == 0 { note([number: last]) } else { finished[number] = finishedAtCommit[number] }
      stale += held.filter { $0.slot.partition == number }
      held.removeAll { $0.slot.partition == number }
      assign(number)
    }
  }

  private mutating func assign(_ number: Int32) {
    shelf.assign(number, committed[number])
    next[number] = committed[number]?.position ?? 0
  }

  private mutating func receive(_ number: Int32) {
    guard let offset = next[number], offset < length else { return }
    next[number] = offset + 1
    _ = shelf.receive(record(key(number, offset), offset, in: number, at: Int64(random.below(3))))
  }

  private mutating func receiveAll() -> Bool {
    for number in [0, 1] as [Int32] { for _ in 0..<length { receive(number) } }
    return true
  }

  private mutating func take() -> Bool {
    guard let taken = shelf.take() else { return false }
    let (number, offset) = (taken.slot.partition, taken.slot.offset)
    let key = key(number, offset)
    if (held + stale).contains(where: { self.key($0.slot.partition, $0.slot.offset) == key }) {
      complain("two of \(key) are out at a time")
    }
    let before = (0..<offset).first { self.key(number, $0) == key && finished[number]?.contains($0) != true }
    if let before { complain("\(offset) of \(key) came before \(before)") }
    if finished[number]?.contains(offset) == true { complain("\(offset) was finished and committed and came again") }
    held.append(taken)
    return true
  }

  private mutating func end(_ taken: TopicBuffer.Taken, isFinished: Bool) {
    let isStale = stale.contains { $0.slot == taken.slot }
    held.removeAll { $0.slot == taken.slot }
    stale.removeAll { $0.slot == taken.slot }
    let hadEffect = shelf.end(taken.slot, isFinished: isFinished)
    if hadEffect == isStale { complain("the end of \(taken.slot) had an effect: \(hadEffect)") }
    if hadEffect, isFinished { finished[taken.slot.partition]?.insert(taken.slot.offset) }
  }

  private mutating func note(_ changes: [Int32: GroupOffset]) {
    for (number, offset) in changes {
      committed[number] = offset
      finishedAtCommit[number] = finished[number]
      let open = (0..<length).first { finished[number]?.contains($0) != true }
      if let open, offset.position > open { complain("\(offset.position) was committed while \(open) is open") }
    }
  }

  private mutating func complain(_ words: String) { if complaint == nil { complaint = words } }
}
