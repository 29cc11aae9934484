import PaperModel

extension WireJournalEntry {
  init(_ entry: JournalEntry) {
    self.init(
      version: UInt32(WireFormat.version), number: entry.number, atMicroseconds: entry.atMicroseconds,
      fact: Fact(entry.fact))
  }

  /// The field numbers of facts.
  private static let numbersOfFacts: ClosedRange<UInt32> = 10...99

  /// The field number of a fact that a newer version wrote, if there is one.
  var unknownFact: UInt32? {
    var reader = FieldReader(unknownFields)
    var skipped: [UInt8] = []
    while let tag = try? reader.nextTag() {
      if Self.numbersOfFacts.contains(tag.number) { return tag.number }
      guard (try? reader.keep(tag, in: &skipped)) != nil else { return nil }
    }
    return nil
  }
}

extension JournalEntry {
  init(_ message: WireJournalEntry) throws(WireFormatError) {
    // Also beside a known fact: a newer writer's last value would hold.
    if let unknown = message.unknownFact { throw .newer("Fact \(unknown) of a journal entry") }
    let number = try message.number.notNegative("number")
    self.init(
      number: number, atMicroseconds: message.atMicroseconds, fact: try Fact(required(message.fact, "fact")))
  }
}
