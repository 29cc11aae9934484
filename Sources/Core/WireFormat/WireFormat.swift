public import PaperModel

/// Journal entries and pages, work items and events as bytes: the messages of `protos/shoal.proto`, whose comments are
/// the specification. Equal values have equal bytes. Code that forwards a message must forward its bytes: fields that a
/// newer version added are lost in a decoded value.
public enum WireFormat {
  /// The version that is written, and the highest that is read.
  public static let version = 1
  /// The largest journal entry, in bytes.
  public static let mostBytesOfEntry = 16 << 20
  /// The largest work item, in bytes: what a broker accepts by default, minus its headers.
  public static let mostBytesOfWorkItem = 1_000_000
  /// The largest event, in bytes.
  public static let mostBytesOfEvent = 1_000_000

  /// Encodes a journal entry. It must be one that can be decoded (counts from 1, amounts not negative, valid digests,
  /// names not empty, within the size limit): anything else traps, because writing it would lose a journal.
  public static func encode(_ entry: JournalEntry) -> [UInt8] {
    let bytes = WireJournalEntry(entry).encoded()
    precondition(bytes.count <= mostBytesOfEntry, "A journal entry of \(bytes.count) bytes is too large.")
    return bytes
  }

  /// Encodes a work item. It must be one that can be decoded, as for entries: anything else traps.
  public static func encode(_ item: WorkItem) -> [UInt8] {
    let bytes = WireWorkMessage(version: UInt32(version), item: WireWorkItem(item)).encoded()
    precondition(bytes.count <= mostBytesOfWorkItem, "A work item of \(bytes.count) bytes is too large.")
    return bytes
  }

  /// Encodes an event. An event that would exceed the size of a message is written without its entry.
  public static func encode(_ event: StreamEvent) -> [UInt8] {
    let bytes = WireEvent(event).encoded()
    if bytes.count <= mostBytesOfEvent { return bytes }
    return WireEvent(StreamEvent(stream: event.stream, number: event.number)).encoded()
  }

  /// Decodes a journal entry and checks all its values. Accepts any bytes.
  /// - Throws: `WireFormatError`; of the kind `newer` if an upgrade helps.
  public static func decodeEntry(_ bytes: [UInt8]) throws(WireFormatError) -> JournalEntry {
    let message: WireJournalEntry = try decode(bytes, "a journal entry", most: mostBytesOfEntry)
    return try JournalEntry(message)
  }

  /// Decodes a work item and checks all its values. Accepts any bytes.
  /// - Throws: `WireFormatError`; of the kind `newer` if an upgrade helps.
  public static func decodeWorkItem(_ bytes: [UInt8]) throws(WireFormatError) -> WorkItem {
    let message: WireWorkMessage = try decode(bytes, "a work item", most: mostBytesOfWorkItem)
    return try WorkItem(required(message.item, "item"))
  }

  /// Decodes an event and checks all its values. Accepts any bytes.
  /// - Throws: `WireFormatError`; of the kind `newer` if an upgrade helps.
  public static func decodeEvent(_ bytes: [UInt8]) throws(WireFormatError) -> StreamEvent {
    let message: WireEvent = try decode(bytes, "an event", most: mostBytesOfEvent)
    return try StreamEvent(message)
  }
}

extension WireFormat {
  private static func decode<Message: Envelope>(
    _ bytes: [UInt8], _ what: String, most: Int
  ) throws(WireFormatError) -> Message {
    guard bytes.count <= most else { throw .tooLarge(what, bytes.count, most: most) }
    try refuseNewer(leadingVersion(of: bytes), what)
    let message: Message
    do {
      message = try Message(encoded: bytes)
    } catch {
      throw .damaged(what, error)
    }
    try refuseNewer(message.version, what)
    guard message.version > 0 else { throw .invalid("version", "is missing") }
    return message
  }

  /// The version, which comes first: decoded by itself because a newer version may have changed what follows.
  static func leadingVersion(of bytes: [UInt8]) -> UInt32 {
    var reader = FieldReader(bytes)
    guard let tag = try? reader.nextTag(), tag.number == 1, tag.type == .varint else { return 0 }
    return (try? reader.uint32()) ?? 0
  }

  static func refuseNewer(_ found: UInt32, _ what: String) throws(WireFormatError) {
    guard found <= version else { throw .newer("Version \(found) of the format of \(what)") }
  }
}

/// A message with a version number.
protocol Envelope: GeneratedMessage {
  var version: UInt32 { get }
}

extension WireJournalEntry: Envelope {}
extension WireWorkMessage: Envelope {}
extension WireEvent: Envelope {}
