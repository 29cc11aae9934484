/// Why bytes can't be read as a journal entry, a work item or an event, and what to do about it. Trying again does not
/// help.
public struct WireFormatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Kind: String, Sendable {
    /// The bytes are no message: truncated, or changed since they were written.
    case damaged
    /// The message has a value that no version of Shoal writes.
    case invalid
    /// A newer version of Shoal wrote it.
    case newer
  }

  public let kind: Kind
  /// One sentence that says what to do.
  public let message: String

  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  public var description: String { message }
}

extension WireFormatError {
  static func damaged(_ what: String, _ malformed: MalformedMessage) -> WireFormatError {
    WireFormatError(
      .damaged, "The bytes of \(what) are damaged: \(malformed.explanation); restore them from a backup.")
  }

  static func tooLarge(_ what: String, _ count: Int, most: Int) -> WireFormatError {
    let noun = what.split(separator: " ", maxSplits: 1)[1]
    return WireFormatError(
      .invalid, "\(count) bytes are no \(noun), which has at most \(most): look where they come from.")
  }

  /// - Parameter complaint: follows the field's name, e.g. "is empty".
  static func invalid(_ field: StaticString, _ complaint: String) -> WireFormatError {
    WireFormatError(
      .invalid, "\(field) \(complaint): the bytes come from another program or are damaged; look where they come from.")
  }

  static func newer(_ what: String) -> WireFormatError {
    WireFormatError(
      .newer, "\(what) is unknown to this version of Shoal, so a newer one wrote it: upgrade this program.")
  }
}
