/// A failure of a journal, with what a person can do about it.
public struct JournalError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// No space, no permission or a failing medium: a later attempt may succeed.
    case unavailable
    /// The stored bytes are not a valid journal. Nothing is overwritten.
    case damaged
    /// A newer version of Shoal wrote the entry.
    case newer
    /// The caller broke the contract of the journal.
    case misuse
  }

  public let kind: Kind
  /// One sentence that names the file or the entry, and says what to do.
  public let message: String
  /// The stream whose journal is damaged; nil if the store as a whole fails.
  public let stream: StreamID?

  public init(_ kind: Kind, _ message: String, stream: StreamID? = nil) {
    self.kind = kind
    self.message = message
    self.stream = stream
  }

  public var description: String { message }

  /// The stream whose journal is damaged, while the store and all other streams work; nil for every other error.
  public var damagedStream: StreamID? { kind == .damaged ? stream : nil }

  /// The error for an entry that can be read and contradicts the entries before it.
  /// - Parameter complaint: what the entry does, e.g. "settles a step that was never reserved".
  public static func contradiction(_ stream: StreamID, at number: Int64, _ complaint: String) -> JournalError {
    JournalError(
      .damaged,
      "Entry \(number) of \(stream) \(complaint), so its journal is damaged; restore a copy. "
        + "Nothing was changed.", stream: stream)
  }
}
