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
  /// The end of the year 9999.
  private static let mostMicroseconds: Int64 = 253_402_300_799_999_999

  init(_ message: WireJournalEntry) throws(WireFormatError) {
    // Also beside a known fact: a newer writer's last value would hold.
    if let unknown = message.unknownFact { throw .newer("Fact \(unknown) of a journal entry") }
    let number = try message.number.notNegative("number")
    // Numbers are counted on, and times subtracted.
    guard number < .max else { throw .invalid("number", "is past all entries") }
    guard (0...Self.mostMicroseconds).contains(message.atMicroseconds) else {
      throw .invalid("at_microseconds", "is no time from 1970 to 9999 (\(message.atMicroseconds))")
    }
    self.init(
      number: number, atMicroseconds: message.atMicroseconds, fact: try Fact(required(message.fact, "fact")))
  }
}
