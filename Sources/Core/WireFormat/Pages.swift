public import PaperModel

/// An entry among those of other streams, in a page of a journal.
public struct PagedEntry: Hashable, Sendable {
  /// The stream of the entry.
  public var stream: StreamID
  /// Its number in the stream's journal, from 0.
  public var number: Int64
  /// The entry as `WireFormat` wrote it.
  public var bytes: [UInt8]

  public init(_ stream: StreamID, _ number: Int64, bytes: [UInt8]) {
    self.stream = stream
    self.number = number
    self.bytes = bytes
  }
}

/// Pages of a journal: several streams' entries in one file.
extension WireFormat {
  /// The largest page, in bytes.
  public static let mostBytesOfPage = 1 << 20

  /// Encodes a page. It must be at most `mostBytesOfPage` long, else this traps.
  public static func encode(_ page: [PagedEntry]) -> [UInt8] {
    let entries = page.map { WirePagedEntry(stream: $0.stream.description, number: $0.number, entry: $0.bytes) }
    let bytes = WireJournalPage(version: UInt32(version), entries: entries).encoded()
    precondition(bytes.count <= mostBytesOfPage, "A page of \(bytes.count) bytes is too large.")
    return bytes
  }

  /// Whether the bytes of a journal's file are a page; otherwise they are a single entry. Accepts any bytes.
  public static func isPage(_ bytes: [UInt8]) -> Bool {
    var reader = FieldReader(bytes)
    guard let first = try? reader.nextTag(), first.number == 1, (try? reader.pass(first)) != nil,
      let second = try? reader.nextTag()
    else { return false }
    return second.number == 100
  }

  /// The bytes of one entry in a page; nil if the page does not have it. Entries of other streams are not read. Accepts
  /// any bytes.
  /// - Throws: `WireFormatError`; of the kind `newer` if an upgrade helps.
  public static func entry(
    _ number: Int64, of stream: StreamID, inPage bytes: [UInt8]
  ) throws(WireFormatError) -> [UInt8]? {
    guard bytes.count <= mostBytesOfPage else {
      throw .tooLarge("a journal's page", bytes.count, most: mostBytesOfPage)
    }
    let version = leadingVersion(of: bytes)
    try refuseNewer(version, "a journal's page")
    guard version > 0 else { throw .invalid("version", "is missing") }
    let name = Array(stream.description.utf8)
    var reader = FieldReader(bytes)
    do {
      while let tag = try reader.nextTag() {
        guard tag.number == 100, tag.type == .bytes else {
          try reader.pass(tag)
          continue
        }
        if let entry = try reader.entry(number, of: name) { return entry }
      }
      return nil
    } catch { throw .damaged("a journal's page", error) }
  }
}

extension FieldReader {
  /// Reads a `PagedEntry`, whose fields are in the order of their numbers; returns its bytes if it is the one wanted.
  fileprivate mutating func entry(_ number: Int64, of stream: [UInt8]) throws(MalformedMessage) -> [UInt8]? {
    var (isOfStream, found, entry) = (false, Int64(0), [UInt8]())
    try within { reader throws(MalformedMessage) in
      while let tag = try reader.nextTag() {
        switch (tag.number, tag.type) {
        case (1, .bytes): isOfStream = try reader.matches(stream)
        case (2, .varint): found = try reader.int64()
        case (3, .bytes) where isOfStream && found == number: entry = try reader.octets()
        default: try reader.pass(tag)
        }
      }
    }
    return isOfStream && found == number ? entry : nil
  }
}
