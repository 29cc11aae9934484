internal import Journal
internal import PaperModel
internal import WireFormat

/// The objects that hold one stream's entries.
struct EntryObjects: Sendable {
  /// Entries fetched in parallel.
  private static let mostAtOnce = 16
  /// More digits than any stream has entries, so that keys sort by number.
  private static let digitCount = 12

  private let stream: StreamID
  private let bucket: S3Bucket
  private let folder: String

  init(_ stream: StreamID, in bucket: S3Bucket) {
    self.stream = stream
    self.bucket = bucket
    folder = bucket.location.key("journal/\(stream.kind.rawValue)/\(stream.name)!/")
  }

  /// Creates an entry's object.
  func put(_ bytes: [UInt8], at number: Int64) async throws -> S3Bucket.Put {
    try await bucket.putIfAbsent(key(number), bytes)
  }

  /// The stream's end, as exactly as an append at `number` needs it: exact if the number is at the end or past it.
  /// - Throws: `JournalError` if the number was taken once and its object is lost, because it must not be given
  ///   again.
  func checkedEnd(near number: Int64) async throws -> Int64 {
    // One request shows whether the entries before, at and after the number exist.
    if number <= Self.highest {
      let page = try await bucket.list(prefix: folder, after: number > 1 ? key(number - 2) : nil, most: 3)
      let found = try page.keys.map { try self.number(in: $0.key) }
      if found.contains(number) { return number + 1 }
      if found.contains(where: { $0 > number }) { throw missing(number) }
      if number == 0 || found.contains(number - 1) { return number }
    }
    let all = try await bucket.allKeys(prefix: folder, after: nil)
    return try all.last.map { try self.number(in: $0.key) + 1 } ?? 0
  }

  /// The entries from a number on.
  func read(from first: Int64) async throws -> [JournalEntry] {
    guard first <= Self.highest else { return [] }
    let listed = try await bucket.allKeys(prefix: folder, after: first > 0 ? key(first - 1) : nil)
    for (index, item) in listed.enumerated() {
      let number = try number(in: item.key)
      guard number == first + Int64(index) else { throw missing(first + Int64(index)) }
      guard item.size <= Int64(WireFormat.mostBytesOfEntry) else {
        throw stored(number).fault("has \(item.size) bytes")
      }
    }
    return try await withThrowingTaskGroup(of: JournalEntry.self) { group in
      var entries: [JournalEntry] = []
      entries.reserveCapacity(listed.count)
      for index in listed.indices {
        if index >= Self.mostAtOnce, let entry = try await group.next() { entries.append(entry) }
        group.addTask { try await fetch(first + Int64(index)) }
      }
      for try await entry in group { entries.append(entry) }
      return entries.sorted { $0.number < $1.number }
    }
  }

  private func fetch(_ number: Int64) async throws -> JournalEntry {
    guard let bytes = try await bucket.get(key(number), atMost: WireFormat.mostBytesOfEntry) else {
      throw missing(number)
    }
    return try stored(number).decode(bytes)
  }

  private static var highest: Int64 { 999_999_999_999 }

  private func key(_ number: Int64) -> String {
    let digits = String(number)
    precondition(number >= 0 && digits.count <= Self.digitCount, "\(number) is past all entries")
    return folder + String(repeating: "0", count: Self.digitCount - digits.count) + digits
  }

  private func number(in key: String) throws -> Int64 {
    let name = key.dropFirst(folder.count)
    if name.utf8.count == Self.digitCount, let number = Int64(name), number >= 0 { return number }
    throw JournalError(
      .damaged, "\(key) in \(bucket.location) is no entry of a journal; move it elsewhere.", stream: stream)
  }

  private func missing(_ number: Int64) -> JournalError { stored(number).fault("is missing") }

  private func stored(_ number: Int64) -> StoredEntry {
    StoredEntry(number, of: stream, ", \(key(number)) in s3://\(bucket.location.bucket),")
  }
}
