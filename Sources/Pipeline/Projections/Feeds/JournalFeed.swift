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
  /// What a save of everything that was returned is numbered with: the position of the last entry in a store that
  /// orders them all; one more than that of the save before elsewhere.
  var position: Int64 { get async }
  /// What the feed needs to go on in another process, as far as it was changed since the last save: rows for a
  /// `BoardStore`, nil to delete one.
  func changes() async throws -> [String: [UInt8]?]
  /// Called when what `changes` returned was saved.
  func saved() async
}

extension JournalFeed {
  public func changes() async throws -> [String: [UInt8]?] { [:] }
  public func saved() async {}
}

/// Something derived from journal entries alone, one after another.
public protocol Projection {
  mutating func apply(_ entry: StreamEntry)
}
