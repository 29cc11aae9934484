import Testing

@testable import WireFormat

/// Protobuf lets a message come in parts. Each part must cost what it adds, not what is there already.
struct ManyPartsTests {
  // With a cost that grows with what is there this takes minutes.
  @Test(.timeLimit(.minutes(1)), arguments: [[0x12], [0x8a, 0x01]] as [[UInt8]])
  func `a message of a million parts is read in a moment`(tag: [UInt8]) throws {
    // Each part holds an unknown field, which is kept.
    let part = tag + [0x02, 0x78, 0x01]
    let bytes = [0x08, 0x01] + Array(repeatElement(part, count: 1_000_000).joined())
    if tag.count == 1 {
      #expect(try WireWorkMessage(encoded: bytes).item?.unknownFields.count == 2_000_000)
    } else {
      guard case .asked(let asked)? = try WireJournalEntry(encoded: bytes).fact else {
        Issue.record("no ask")
        return
      }
      #expect(asked.unknownFields.count == 2_000_000)
    }
  }
}
