public import PaperModel

/// Journal entries and pages, work items and events as bytes: the messages of `protos/shoal.proto`, whose comments are
/// the specification. Equal values have equal bytes. Whoever hands a message on must hand its bytes on: what a newer
/// version added to it is lost in a value.
public enum WireFormat {
  /// The version that is written, and the highest that is read.
  public static let version = 1
  /// The most bytes that a journal entry takes.
  public static let mostBytesOfEntry = 16 << 20
  /// The most bytes that a work item takes: what a broker takes without being told otherwise, less its headers.
  public static let mostBytesOfWorkItem = 1_000_000
  /// The most bytes that an event takes.
  public static let mostBytesOfEvent = 1_000_000

  /// A journal entry as bytes. It must be one that can be read again (counts from 1, amounts not negative, digests that
  /// are digests, names that are not empty, not over the size): anything else traps, because writing it would lose a
  /// journal.
  public static func encode(_ entry: JournalEntry) -> [UInt8] {
    let bytes = WireJournalEntry(entry).encoded()
    precondition(bytes.count <= mostBytesOfEntry, "A journal entry of \(bytes.count) bytes is too large.")
    return bytes
  }

  /// A work item as bytes. It must be one that can be read again, as for entries: anything else traps.
  public static func encode(_ item: WorkItem) -> [UInt8] {
    let bytes = WireWorkMessage(version: UInt32(version), item: WireWorkItem(item)).encoded()
    precondition(bytes.count <= mostBytesOfWorkItem, "A work item of \(bytes.count) bytes is too large.")
    return bytes
  }

  /// An event as bytes. One that would be over the size of a message is written without its entry.
  public static func encode(_ event: StreamEvent) -> [UInt8] {
    let bytes = WireEvent(event).encoded()
    if bytes.count <= mostBytesOfEvent { return bytes }
    return WireEvent(StreamEvent(stream: event.stream, number: event.number)).encoded()
  }

  /// Reads a journal entry and checks all that it says. Any bytes may be given.
  /// - Throws: `WireFormatError`; of the kind `newer` where an upgrade helps.
  public static func decodeEntry(_ bytes: [UInt8]) throws(WireFormatError) -> JournalEntry {
    let message: WireJournalEntry = try decode(bytes, "a journal entry", most: mostBytesOfEntry)
    return try JournalEntry(message)
  }

  /// Reads a work item and checks all that it says. Any bytes may be given.
  /// - Throws: `WireFormatError`; of the kind `newer` where an upgrade helps.
  public static func decodeWorkItem(_ bytes: [UInt8]) throws(WireFormatError) -> WorkItem {
    let message: WireWorkMessage = try decode(bytes, "a work item", most: mostBytesOfWorkItem)
    return try WorkItem(required(message.item, "item"))
  }

  /// Reads an event and checks all that it says. Any bytes may be given.
  /// - Throws: `WireFormatError`; of the kind `newer` where an upgrade helps.
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

  /// The version, which stands first: read by itself because a newer version may have changed what follows.
  static func leadingVersion(of bytes: [UInt8]) -> UInt32 {
    var reader = FieldReader(bytes)
    guard let tag = try? reader.nextTag(), tag.number == 1, tag.type == .varint else { return 0 }
    return (try? reader.uint32()) ?? 0
  }

  static func refuseNewer(_ found: UInt32, _ what: String) throws(WireFormatError) {
    guard found <= version else { throw .newer("Version \(found) of the format of \(what)") }
  }
}

/// A message that says in which version it is written.
protocol Envelope: GeneratedMessage {
  var version: UInt32 { get }
}

extension WireJournalEntry: Envelope {}
extension WireWorkMessage: Envelope {}
extension WireEvent: Envelope {}
