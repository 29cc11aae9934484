import PaperModel

extension WireEvent {
  init(_ event: StreamEvent) {
    self.init(
      version: UInt32(WireFormat.version), stream: event.stream.description, number: event.number,
      entry: event.entry.map { WireJournalEntry($0) })
  }
}

extension StreamEvent {
  init(_ message: WireEvent) throws(WireFormatError) {
    let stream = try StreamID(read: message.stream, "stream")
    let number = try message.number.notNegative("number")
    guard let written = message.entry else {
      self.init(stream: stream, number: number)
      return
    }
    // The end of a newer format can't be parsed by its beginning alone.
    guard written.version <= WireFormat.version else {
      throw .newer("Version \(written.version) of the format of a journal entry")
    }
    let entry = try JournalEntry(written)
    guard entry.number == number else { throw .invalid("entry.number", "is not that of the event") }
    self.init(entry, of: stream)
  }
}
