internal import Journal
internal import PaperModel
internal import WireFormat

/// The folder of one stream's entries, each named by its number. Streams may share a file.
final class EntryFolder {
  private let stream: StreamID
  /// The folder of the streams of its kind.
  private let kind: Folder
  private let folder: Folder
  private let isNew: Bool

  /// The folder of a stream, created if missing; durable after `synchronize`.
  init(in journal: borrowing Folder, stream: StreamID) throws {
    self.stream = stream
    kind = try journal.creating(stream.kind.rawValue)
    isNew = try kind.make(stream.name)
    folder = try kind.require(stream.name)
  }

  /// The folder of a stream; nil if it has no journal.
  init?(existing root: String, stream: StreamID) throws {
    guard let kind = try Folder(root: root).existing("journal")?.existing(stream.kind.rawValue),
      let folder = try kind.existing(stream.name)
    else { return nil }
    self.stream = stream
    self.kind = kind
    self.folder = folder
    isNew = false
  }

  func has(_ number: Int64) throws -> Bool { try folder.size(of: String(number)) != nil }

  /// The number after the highest; `read` finds gaps below it.
  func end() throws -> Int64 { (try numbers().max() ?? -1) + 1 }

  /// Links a file that holds an entry to the entry's number; false if another file has that name.
  func link(_ file: String, of journal: borrowing Folder, as number: Int64) throws -> Bool {
    try folder.linkIfAbsent(file, of: journal, as: String(number))
  }

  /// Makes the folder's names, and its own, durable.
  func synchronize() throws {
    try folder.synchronize()
    if isNew { try kind.synchronize() }
  }

  /// The entries from a number on.
  func read(from number: Int64) throws -> [JournalEntry] {
    let end = try end()
    var entries: [JournalEntry] = []
    var next = number
    while let entry = try read(next) {
      entries.append(entry)
      next += 1
    }
    guard next >= end || number >= end else { throw missing(next) }
    return entries
  }

  func missing(_ number: Int64) -> JournalError { stored(number).fault("is missing") }

  /// The error for a missing entry if not even the stream's folder exists.
  static func missing(_ number: Int64, of stream: StreamID, in root: String) -> JournalError {
    stored(number, of: stream, "\(root)/journal/\(stream)").fault("is missing")
  }

  private func read(_ number: Int64) throws -> JournalEntry? {
    let name = String(number)
    var found = try folder.read(name, atMost: WireFormat.mostBytesOfEntry)
    if found == nil, let size = try folder.size(of: name) {
      guard size <= Int64(WireFormat.mostBytesOfEntry) else { throw stored(number).fault("has \(size) bytes") }
      // The entry arrived a moment ago.
      found = try folder.read(name, atMost: WireFormat.mostBytesOfEntry)
    }
    return try found.map { try stored(number).decode($0) }
  }

  private func numbers() throws -> [Int64] {
    try folder.names().map { name in
      if let number = Int64(name), number >= 0, String(number) == name { return number }
      throw JournalError(
        .damaged, "\(folder.path)/\(name) is no entry of a journal; move it elsewhere.", stream: stream)
    }
  }

  private func stored(_ number: Int64) -> StoredEntry { Self.stored(number, of: stream, folder.path) }

  private static func stored(_ number: Int64, of stream: StreamID, _ path: String) -> StoredEntry {
    StoredEntry(number, of: stream, ", \(path)/\(number),")
  }
}
