internal import Journal
internal import PaperModel
internal import WireFormat

/// The folder of one stream's entries; a file for each, named after its number.
struct EntryFolder: ~Copyable {
  private let stream: StreamID
  private let folder: Folder

  /// The folder of a stream, created where it is missing.
  init(root: String, stream: StreamID) throws {
    self.stream = stream
    folder = try Folder(root: root).creating("journal").creating(stream.kind.rawValue).creating(stream.name)
  }

  /// The folder of a stream; nil where it has no journal.
  init?(existing root: String, stream: StreamID) throws {
    guard let folder = try Folder(root: root).existing("journal")?.existing(stream.kind.rawValue)?.existing(stream.name)
    else { return nil }
    self.stream = stream
    self.folder = folder
  }

  func has(_ number: Int64) throws -> Bool { try folder.size(of: String(number)) != nil }

  /// The number after the highest; a gap below it is for `read` to find.
  func end() throws -> Int64 { (try numbers().max() ?? -1) + 1 }

  /// Creates an entry's file; false where it is there already.
  func put(_ bytes: [UInt8], at number: Int64) throws -> Bool {
    try folder.putIfAbsent(try folder.writeTemporary(bytes, for: String(number)), as: String(number))
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

  func missing(_ number: Int64) -> JournalError { damaged(number, "is missing") }

  private func read(_ number: Int64) throws -> JournalEntry? {
    let name = String(number)
    var found = try folder.read(name, atMost: WireFormat.mostBytesOfEntry)
    if found == nil, let size = try folder.size(of: name) {
      guard size <= Int64(WireFormat.mostBytesOfEntry) else { throw damaged(number, "has \(size) bytes") }
      // It came a moment ago.
      found = try folder.read(name, atMost: WireFormat.mostBytesOfEntry)
    }
    guard let bytes = found else { return nil }
    do {
      let entry = try WireFormat.decodeEntry(bytes)
      if entry.number == number { return entry }
    } catch { throw damaged(number, "can't be read: \(error)") }
    throw damaged(number, "carries another number")
  }

  private func numbers() throws -> [Int64] {
    try folder.names().map { name in
      if let number = Int64(name), number >= 0, String(number) == name { return number }
      throw JournalError(.damaged, "\(folder.path)/\(name) is no entry of a journal; move it elsewhere.")
    }
  }

  private func damaged(_ number: Int64, _ what: String) -> JournalError {
    JournalError(
      .damaged,
      "Entry \(number) of \(stream), \(folder.path)/\(number), \(what); restore a copy. Nothing was changed.")
  }
}
