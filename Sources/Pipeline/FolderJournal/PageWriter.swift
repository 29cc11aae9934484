internal import Journal
internal import PaperModel
internal import WireFormat

/// An entry that is to be appended.
struct NewEntry: Sendable {
  let stream: StreamID
  let number: Int64
  /// In wire format.
  let bytes: [UInt8]
}

/// The entries that share one file.
struct Page {
  private static let mostEntries = 64
  /// The most bytes of a stream's name, a number and their fields.
  private static let frame = 160

  private var streams: Set<StreamID> = []
  private var byteCount = frame

  /// Adds an entry if it fits. An entry of any size may be alone in a page.
  ///
  /// Two entries of one stream never share a page: with the same number, both names would lead to one file, and both
  /// callers would find their own entry.
  mutating func takes(_ entry: NewEntry) -> Bool {
    let more = byteCount + entry.bytes.count + Self.frame
    let hasRoom = streams.count < Self.mostEntries && more <= WireFormat.mostBytesOfPage
    guard streams.isEmpty || hasRoom, streams.insert(entry.stream).inserted else { return false }
    byteCount = more
    return true
  }
}

/// Writes the entries of a page into one file and links it to the name of each.
struct PageWriter: Sendable {
  /// Above this many folders the whole file system is synchronised at once, because one call for each takes longer.
  /// (Measured on ext4, 64 folders: 5.3 ms one by one, 0.4 ms together.)
  private static let mostSynchronizedAlone = 8

  let root: String

  /// The outcome of each entry: true if it is appended and durable, false if its number was taken.
  func write(_ entries: [NewEntry]) -> [Result<Bool, any Error>] {
    do {
      let journal = try Folder(root: root).creating("journal")
      var outcomes = entries.map { entry in
        Result<EntryFolder?, any Error> { try place(for: entry, in: journal) }
      }
      try link(entries, &outcomes, in: journal)
      return outcomes.map { $0.map { $0 != nil } }
    } catch { return entries.map { _ in .failure(error) } }
  }

  /// The folder for an entry; nil if its number is taken.
  private func place(for entry: NewEntry, in journal: borrowing Folder) throws -> EntryFolder? {
    let folder = try EntryFolder(in: journal, stream: entry.stream)
    let number = entry.number
    if try folder.has(number) { return nil }
    if number > 0, try !folder.has(number - 1) {
      let end = try folder.end()
      throw JournalError.refusal(of: number, to: entry.stream, end: end) ?? folder.missing(number - 1)
    }
    // The entry's file was lost: the number was taken once and must not be given away again.
    if try folder.has(number + 1) { throw folder.missing(number) }
    return folder
  }

  /// Links each entry that has a place to its number; an outcome becomes nil if another writer has taken the number.
  private func link(
    _ entries: [NewEntry], _ outcomes: inout [Result<EntryFolder?, any Error>], in journal: borrowing Folder
  ) throws {
    let placed = outcomes.indices.filter { (try? outcomes[$0].get()) != nil }
    guard !placed.isEmpty else { return }
    let file = try journal.writeTemporary(bytes(of: placed.map { entries[$0] }), for: "page")
    var linked: [EntryFolder] = []
    for index in placed {
      outcomes[index] = Result {
        guard let folder = try outcomes[index].get(), try folder.link(file, of: journal, as: entries[index].number)
        else { return nil }
        linked.append(folder)
        return folder
      }
    }
    journal.remove(file)
    if linked.count > Self.mostSynchronizedAlone {
      try journal.synchronizeFileSystem()
    } else {
      for folder in linked { try folder.synchronize() }
    }
  }

  private func bytes(of entries: [NewEntry]) -> [UInt8] {
    guard entries.count > 1 else { return entries[0].bytes }
    return WireFormat.encode(entries.map { PagedEntry($0.stream, $0.number, bytes: $0.bytes) })
  }
}
