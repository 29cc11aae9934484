import Testing

@testable import WireFormat

/// Protobuf allows a message in parts. Each part must cost what it adds, not what was read before.
struct ManyPartsTests {
  private static let parts = 100_000

  // If each part copied the 16 MiB that were read before, this would take some minutes.
  @Test(.timeLimit(.minutes(1))) func `parts of a message are added without copying it`() throws {
    let message = try WireWorkMessage(encoded: Self.message(in: [0x12]))
    #expect(message.item?.unknownFields.count == (16 << 20) + 5 + 2 * Self.parts)
  }

  @Test(.timeLimit(.minutes(10))) func `parts of a fact are added without copying it`() throws {
    let fact = try WireJournalEntry(encoded: Self.message(in: [0x8a, 0x01])).fact
    guard case .asked(let asked)? = fact else {
      Issue.record("It says something else.")
      return
    }
    #expect(asked.unknownFields.count == (16 << 20) + 5 + 2 * Self.parts)
  }

  /// A field in parts: a large unknown field in the first, a small one in each of the others.
  private static func message(in tag: [UInt8]) -> [UInt8] {
    // Field 15 with a length of 16 MiB: five bytes before its content.
    let large = [0x7a, 0x80, 0x80, 0x80, 0x08] + [UInt8](repeating: 0, count: 16 << 20)
    let others = repeatElement(tag + [0x02, 0x78, 0x01], count: parts).joined()
    return tag + [0x85, 0x80, 0x80, 0x08] + large + others
  }
}
