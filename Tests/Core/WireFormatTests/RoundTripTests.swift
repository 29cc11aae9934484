import GeneratorTestSupport
import PaperModel
import Testing
import WireFormat

struct RoundTripTests {
  @Test(arguments: FactKind.allCases)
  func `entries are decoded as they were encoded`(kind: FactKind) throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let entry = JournalEntry(
        number: random.number(bits: 63), atMicroseconds: random.number(bits: 63), fact: random.fact(kind))
      let bytes = WireFormat.encode(entry)
      let read = try WireFormat.decodeEntry(bytes)
      #expect(read == entry)
      // Equality of texts is wider than equality of bytes.
      #expect(WireFormat.encode(read) == bytes)
    }
  }

  @Test func `work items are decoded as they were encoded`() throws {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<2_000 {
      let item = random.workItem()
      let bytes = WireFormat.encode(item)
      let read = try WireFormat.decodeWorkItem(bytes)
      #expect(read == item)
      #expect(WireFormat.encode(read) == bytes)
    }
  }

  @Test func `events are decoded as they were encoded`() throws {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<1_000 {
      let event = random.event()
      let bytes = WireFormat.encode(event)
      #expect(try WireFormat.decodeEvent(bytes) == event)
    }
  }

  @Test func `an event that would be too large leaves its entry out`() throws {
    var random = SeededGenerator(seed: 5)
    let ask = random.runAsk()
    let asked = JournalEntry(
      number: 7, atMicroseconds: 0,
      fact: .asked(stage: .design, visit: 1, runs: Array(repeating: ask, count: 10_000)))
    let stream = random.stream(.paper)
    let read = try WireFormat.decodeEvent(WireFormat.encode(StreamEvent(asked, of: stream)))
    #expect(read == StreamEvent(stream: stream, number: 7))
  }

  @Test func `the largest plan fits into an entry`() throws {
    var random = SeededGenerator(seed: 3)
    let ask = random.runAsk()
    let asked = JournalEntry(
      number: 7, atMicroseconds: 0,
      fact: .asked(stage: .design, visit: 1, runs: Array(repeating: ask, count: 1_000)))
    #expect(try WireFormat.decodeEntry(WireFormat.encode(asked)) == asked)
  }
}
