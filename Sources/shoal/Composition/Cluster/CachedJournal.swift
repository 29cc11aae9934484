import Digests
import Files
import Glibc
import Journal
import PaperModel
import WireFormat

/// A remote journal whose entries are cached in a folder of this machine: entries never change, so a view of a thousand
/// papers requests little more than new ones.
///
/// Only for commands that read. The last cached entry is read again each time: if the store was restored from an older
/// copy, the cache is dropped.
struct CachedJournal: JournalDecorator {
  let inner: any Journal
  let folder: String

  /// The most bytes that are cached for one stream.
  private static let limit = 64 << 20

  func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    guard number == 0 else { return try await inner.entries(of: stream, from: number) }
    let kept = read(stream)
    guard let last = kept.last else {
      let all = try await inner.entries(of: stream, from: 0)
      write(all, stream)
      return all
    }
    let fresh = try await inner.entries(of: stream, from: last.number)
    guard fresh.first == last else {
      let all = try await inner.entries(of: stream, from: 0)
      write(all, stream)
      return all
    }
    let all = kept + fresh.dropFirst()
    if fresh.count > 1 { write(all, stream) }
    return all
  }

  private func path(_ stream: StreamID) -> String { "\(folder)/\(stream.kind.rawValue)/\(stream.name)" }

  /// The cached entries; empty if they can't be read or were changed.
  private func read(_ stream: StreamID) -> [JournalEntry] {
    guard let bytes = try? FileInput.readIfThere(path(stream), limit: Self.limit), bytes.count > Digest.byteCount,
      SHA256.digest(of: bytes.dropFirst(Digest.byteCount)).bytes == Array(bytes.prefix(Digest.byteCount))
    else { return [] }
    var entries: [JournalEntry] = []
    var rest = bytes.dropFirst(Digest.byteCount)
    while rest.count >= 4 {
      let size = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      guard rest.count >= size, let entry = try? WireFormat.decodeEntry(Array(rest.prefix(size))),
        entry.number == Int64(entries.count)
      else { return [] }
      entries.append(entry)
      rest = rest.dropFirst(size)
    }
    return entries
  }

  /// Caches entries. What can't be written is read from the store again the next time.
  private func write(_ entries: [JournalEntry], _ stream: StreamID) {
    guard !entries.isEmpty else { return }
    var body: [UInt8] = []
    for entry in entries {
      let bytes = WireFormat.encode(entry)
      for shift in [24, 16, 8, 0] { body.append(UInt8(truncatingIfNeeded: bytes.count >> shift)) }
      body += bytes
    }
    guard body.count < Self.limit - Digest.byteCount else { return }
    try? LocalFolder.make("\(folder)/\(stream.kind.rawValue)")
    _ = WholeFile.replace(path(stream), with: SHA256.digest(of: body).bytes + body, mode: 0o600, isDurable: false)
  }
}
