import GeneratorTestSupport
import PaperModel
import Testing
import WireFormat

struct FuzzTests {
  /// 200,000 in all, in parts that run side by side.
  @Test(arguments: 0..<8)
  func `a changed message is refused, or decodes to a valid value`(part: Int) {
    var random = SeededGenerator(seed: UInt64(100 + part))
    var outcomes = Outcomes()
    for _ in 0..<250 {
      let kind = Int.random(in: 0..<5, using: &random)
      let (bytes, read): ([UInt8], ([UInt8]) -> Outcome) =
        switch kind {
        case 0: (WireFormat.encode(random.workItem()), readWorkItem)
        case 1: (WireFormat.encode(random.event()), readEvent)
        default: (WireFormat.encode(random.entry()), readEntry)
        }
      for _ in 0..<100 {
        var changed = bytes
        for _ in 0...Int.random(in: 0..<3, using: &random) { change(&changed, &random) }
        outcomes.count(read(changed))
      }
    }
    #expect(outcomes.wrong == nil)
    // Both outcomes are common, or the changes are of the wrong kind.
    #expect(outcomes.read > 1_000)
    #expect(outcomes.refused > 1_000)
  }

  @Test func `random bytes are refused or say something that can be written`() {
    var random = SeededGenerator(seed: 7)
    var outcomes = Outcomes()
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0..<64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      outcomes.count(readEntry(bytes))
      outcomes.count(readWorkItem(bytes))
      outcomes.count(readEvent(bytes))
    }
    #expect(outcomes.wrong == nil)
    #expect(outcomes.refused > 0)
  }

  @Test func `a message cut off anywhere is refused`() {
    var random = SeededGenerator(seed: 8)
    for kind in FactKind.allCases {
      let bytes = WireFormat.encode(JournalEntry(number: 1, atMicroseconds: 1, fact: random.fact(kind)))
      for length in 0..<bytes.count {
        #expect(throws: WireFormatError.self) { try WireFormat.decodeEntry(Array(bytes[..<length])) }
      }
    }
  }

  private enum Outcome { case read, refused, wrong(String) }

  private struct Outcomes {
    var read = 0, refused = 0, wrong: String?

    mutating func count(_ outcome: Outcome) {
      switch outcome {
      case .read: read += 1
      case .refused: refused += 1
      case .wrong(let what): wrong = what
      }
    }
  }

  private func readEntry(_ bytes: [UInt8]) -> Outcome {
    guard let entry = try? WireFormat.decodeEntry(bytes) else { return .refused }
    let again = try? WireFormat.decodeEntry(WireFormat.encode(entry))
    return again == entry ? .read : .wrong("\(bytes)")
  }

  private func readWorkItem(_ bytes: [UInt8]) -> Outcome {
    guard let item = try? WireFormat.decodeWorkItem(bytes) else { return .refused }
    let again = try? WireFormat.decodeWorkItem(WireFormat.encode(item))
    return again == item ? .read : .wrong("\(bytes)")
  }

  private func readEvent(_ bytes: [UInt8]) -> Outcome {
    guard let event = try? WireFormat.decodeEvent(bytes) else { return .refused }
    let again = try? WireFormat.decodeEvent(WireFormat.encode(event))
    return again == event ? .read : .wrong("\(bytes)")
  }

  /// Flips a bit, or overwrites, inserts, removes or doubles bytes.
  private func change(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes[place] = random.pick([0x00, 0x7f, 0x80, 0xff])
    case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
    case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1..<9, using: &random)))
    default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 20)], at: place)
    }
  }
}
