import PaperModel
import Testing

@testable import WireFormat

/// Invalid messages are refused with a sentence that names the error.
struct RefusalTests {
  @Test func `a newer version is refused even where the rest makes no sense`() {
    let error = #expect(throws: WireFormatError.self) { try WireFormat.decodeEntry([0x08, 0x02, 0xff, 0xff]) }
    #expect(error?.kind == .newer)
    #expect(
      error?.message
        == "Version 2 of the format of a journal entry is unknown to this version of Shoal, so a newer one wrote it: "
        + "upgrade this program.")
  }

  @Test func `a newer version of a work item is refused`() {
    var message = WireWorkMessage(version: 9)
    #expect(refusal(of: message).kind == .newer)
    message.version = 0
    #expect(refusal(of: message).message.hasPrefix("version is missing"))
  }

  @Test func `an unknown fact is refused by its number`() {
    // Field 99, the last that a fact may have, with two bytes in it.
    let error = refusal(of: WireJournalEntry(version: 1, unknownFields: [0x9a, 0x06, 0x02, 0x00, 0x00]))
    #expect(error.kind == .newer)
    #expect(error.message.hasPrefix("Fact 99 of a journal entry is unknown"))
  }

  @Test func `unknown values of enumerations are refused by their numbers`() {
    let stage = refusal(of: .waiting(WireWaiting(stage: .unrecognized(12), visit: 1)))
    #expect(stage.kind == .newer)
    #expect(stage.message.hasPrefix("Stage 12 in waiting.stage is unknown"))

    var opening = Self.opening
    opening.device = .unrecognized(3)
    #expect(refusal(of: .opened(opening)).message.hasPrefix("Kind of device 3 in opening.device is unknown"))

    let failure = WireFailure(kind: "k", retryability: .unrecognized(-1))
    let death = refusal(of: .deadLettered(WireDeadLettered(stage: .run, failure: failure)))
    #expect(death.message.hasPrefix("Retryability -1 in failure.retryability is unknown"))
  }

  @Test func `an unknown end of a run is refused as newer and an empty one as invalid`() {
    let newer = WireRunEnd(unknownFields: [0x22, 0x00])
    #expect(refusal(of: .folded(WireFolded(run: "run/r", end: newer))).kind == .newer)
    #expect(refusal(of: .folded(WireFolded(run: "run/r", end: WireRunEnd()))).kind == .invalid)
  }

  @Test func `unknown fields are passed over in a value and kept in a message`() throws {
    var entry = WireJournalEntry(GoldenValues.entry(.waiting(stage: .design, visit: 1)))
    entry.unknownFields = [0x28, 0x07]  // Field 5, which may be present beside every fact.
    entry.fact = .waiting(WireWaiting(stage: .design, visit: 1, unknownFields: [0x9a, 0x06, 0x01, 0x61]))
    let bytes = entry.encoded()
    #expect(try WireJournalEntry(encoded: bytes).encoded() == bytes)
    #expect(try WireFormat.decodeEntry(bytes).fact == .waiting(stage: .design, visit: 1))
  }

  @Test(arguments: invalidFacts)
  func `a fact that no version writes is refused by the name of its field`(
    fact: WireJournalEntry.Fact, beginning: String
  ) {
    let error = refusal(of: fact)
    #expect(error.kind == .invalid)
    #expect(error.message.hasPrefix(beginning))
  }

  @Test(arguments: invalidItems)
  func `a work item that no version writes is refused by the name of its field`(
    item: WireWorkItem?, beginning: String
  ) {
    let error = refusal(of: WireWorkMessage(version: 1, item: item))
    #expect(error.kind == .invalid)
    #expect(error.message.hasPrefix(beginning))
  }

  @Test func `an event of a newer version, of another number or of no stream is refused`() {
    let entry = WireJournalEntry(version: 1, number: 3, fact: .waiting(WireWaiting(stage: .design, visit: 1)))
    #expect(refusal(of: WireEvent(version: 2, stream: "paper/p")).kind == .newer)
    var newer = entry
    newer.version = 2
    #expect(refusal(of: WireEvent(version: 1, stream: "paper/p", number: 3, entry: newer)).kind == .newer)
    #expect(refusal(of: WireEvent(version: 1, stream: "p", number: 3, entry: entry)).message.hasPrefix("stream names"))
    let other = refusal(of: WireEvent(version: 1, stream: "paper/p", number: 4, entry: entry))
    #expect(other.message.hasPrefix("entry.number is not that of the event"))
  }

  @Test func `an entry without a fact or with a negative number is refused`() {
    #expect(refusal(of: WireJournalEntry(version: 1)).message.hasPrefix("fact is missing"))
    let negative = WireJournalEntry(version: 1, number: -1, fact: .waiting(WireWaiting(stage: .run, visit: 1)))
    #expect(refusal(of: negative).message.hasPrefix("number is negative (-1)"))
  }

  @Test func `damaged bytes are named as such`() {
    let cases: [([UInt8], String)] = [
      ([0x08], "a field goes on past the end"), ([0x08, 0x01, 0xba, 0x01, 0x05, 0x00], "a field goes on past the end"),
      ([0x08, 0x01, 0x10] + Array(repeating: 0xff, count: 10), "a number is longer than 64 bits"),
      ([0x08, 0x01, 0x0b], "a field has a number or wire type that does not exist"),
      ([0x08, 0x01, 0xc2, 0x01, 0x03, 0x0a, 0x01, 0xff], "a text is not UTF-8"),
    ]
    for (bytes, explanation) in cases {
      let error = #expect(throws: WireFormatError.self) { try WireFormat.decodeEntry(bytes) }
      #expect(error?.kind == .damaged)
      #expect(error?.message.contains(explanation) == true)
    }
  }

  @Test func `too many repetitions and too many bytes are refused`() {
    let runs = Array(repeating: WireRunAsk(), count: 10_001)
    let many = refusal(of: .asked(WireAsked(stage: .design, visit: 1, runs: runs)))
    #expect(many.message.contains("a field is repeated more than 10000 times"))
    let error = #expect(throws: WireFormatError.self) {
      try WireFormat.decodeWorkItem(Array(repeating: 0, count: 1_000_001))
    }
    #expect(error?.message == "1000001 bytes are no work item, which has at most 1000000: look where they come from.")
  }

  private func refusal(of fact: WireJournalEntry.Fact) -> WireFormatError {
    refusal(of: WireJournalEntry(version: 1, fact: fact))
  }

  private func refusal(of entry: WireJournalEntry) -> WireFormatError {
    let bytes = entry.encoded()
    return #expect(throws: WireFormatError.self) { try WireFormat.decodeEntry(bytes) }
      ?? WireFormatError(.invalid, "was read")
  }

  private func refusal(of event: WireEvent) -> WireFormatError {
    let bytes = event.encoded()
    return #expect(throws: WireFormatError.self) { try WireFormat.decodeEvent(bytes) }
      ?? WireFormatError(.invalid, "was read")
  }

  private func refusal(of message: WireWorkMessage) -> WireFormatError {
    let bytes = message.encoded()
    return #expect(throws: WireFormatError.self) { try WireFormat.decodeWorkItem(bytes) }
      ?? WireFormatError(.invalid, "was read")
  }
}
