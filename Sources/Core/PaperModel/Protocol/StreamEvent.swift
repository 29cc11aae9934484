/// A journal entry as observers receive it: dashboards, ledgers, alerts. The journal is the truth.
public struct StreamEvent: Hashable, Sendable {
  public let stream: StreamID
  /// The entry's number in the stream's journal. Stream and number identify the event.
  public let number: Int64
  /// The entry; nil if it is too large for a message, and must be read from the journal.
  public let entry: JournalEntry?

  public init(_ entry: JournalEntry, of stream: StreamID) {
    self.stream = stream
    number = entry.number
    self.entry = entry
  }

  /// An event without its entry, which must be read from the journal.
  public init(stream: StreamID, number: Int64) {
    self.stream = stream
    self.number = number
    entry = nil
  }
}
