/// An entry of a journal, as whoever looks on is told of it: dashboards, ledgers, alerts. The journal is the truth.
public struct StreamEvent: Hashable, Sendable {
  public let stream: StreamID
  /// The entry's place in the stream's journal. With the stream it tells the event from all others.
  public let number: Int64
  /// The entry; nil where it is too large to be sent: then the journal has it.
  public let entry: JournalEntry?

  /// An event with its entry.
  public init(_ entry: JournalEntry, of stream: StreamID) {
    self.stream = stream
    number = entry.number
    self.entry = entry
  }

  /// An event whose entry only the journal has.
  public init(stream: StreamID, number: Int64) {
    self.stream = stream
    self.number = number
    entry = nil
  }
}
