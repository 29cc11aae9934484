public import PaperModel

/// A journal entry and its stream.
public struct StreamEntry: Sendable, Hashable {
  public let stream: StreamID
  public let entry: JournalEntry

  public init(stream: StreamID, entry: JournalEntry) {
    self.stream = stream
    self.entry = entry
  }
}

/// The entries of many journals as they appear, each stream's in its own order.
public protocol JournalFeed: Sendable {
  /// The entries that follow those of the last call. Returns at once; empty if there is nothing new.
  func next() async throws -> [StreamEntry]
  /// The streams whose journals turned out to be damaged since the feed began: none of their later entries follows.
  var damaged: [StreamID: JournalError] { get async }
  /// The position up to which entries were returned, in a store that orders them all; 0 elsewhere.
  var position: Int64 { get async }
}

/// Something derived from journal entries alone, one after another.
public protocol Projection {
  mutating func apply(_ entry: StreamEntry)
}
