internal import Journal
internal import PaperModel
internal import WireFormat

/// An entry that is to be appended.
struct NewEntry: Sendable {
  let stream: StreamID
  let number: Int64
  /// As `WireFormat` writes it.
  let bytes: [UInt8]
}

/// What goes into one file together.
struct Page {
  private static let mostEntries = 64
  /// What a stream's name, a number and their fields take at most.
  private static let frame = 160

  private var streams: Set<StreamID> = []
  private var byteCount = frame

  /// Whether an entry goes into it too. An entry of any size may be alone in it.
  ///
  /// Two of one stream never go together: with the same number, both names would lead to one file, and both callers
  /// would find their own.
  mutating func takes(_ entry: NewEntry) -> Bool {
    let more = byteCount + entry.bytes.count + Self.frame
    let hasRoom = streams.count < Self.mostEntries && more <= WireFormat.mostBytesOfPage
    guard streams.isEmpty || hasRoom, streams.insert(entry.stream).inserted else { return false }
    byteCount = more
    return true
  }
}

/// Writes the entries of a page into one file and links that to the name of each.
struct PageWriter: Sendable {
  /// Above so many folders the whole file system is synchronised at once: a call for each takes longer. (Measured on
  /// ext4, 64 folders: 5.3 ms one by one, 0.4 ms together.)
  private static let mostSynchronizedAlone = 8

  let root: String

  /// What became of each entry: true where it is appended and durable, false where its number was taken.
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

  /// The folder for an entry; nil where its number is taken.
  private func place(for entry: NewEntry, in journal: borrowing Folder) throws -> EntryFolder? {
    let folder = try EntryFolder(in: journal, stream: entry.stream)
    let number = entry.number
    if try folder.has(number) { return nil }
    if number > 0, try !folder.has(number - 1) {
      let end = try folder.end()
      throw JournalError.refusal(of: number, to: entry.stream, end: end) ?? folder.missing(number - 1)
    }
    // Its own file was lost: the number was taken once, and must not be given again.
    if try folder.has(number + 1) { throw folder.missing(number) }
    return folder
  }

  /// Gives every entry that has a place its name; where another has it by now, the outcome becomes nil.
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
