import EmbeddedStore
import FolderJournal
import Glibc
import Journal
import MessageLog
import PaperModel
import S3Journal
import WireFormat

/// Where the papers of the benchmark are.
struct GrowthStore: Sendable {
  enum Kind: String, Sendable {
    case sqlite = "SQLite"
    case folder, bucket
  }

  let kind: Kind
  /// A folder, or `s3://BUCKET/PREFIX`; the environment says how the bucket is reached.
  let place: String
  let journal: any Journal
  let blobs: any BlobStore
  private let embedded: EmbeddedStore?
  private let bucket: S3Store?

  init(_ kind: Kind, _ place: String) async throws {
    self.kind = kind
    self.place = place
    switch kind {
    case .sqlite:
      let store = try await EmbeddedStore(folder: place)
      journal = store.journal
      blobs = try await FolderBlobs(folder: place)
      (embedded, bucket) = (store, nil)
    case .folder:
      journal = try await FolderJournal(folder: place)
      blobs = try await FolderBlobs(folder: place)
      (embedded, bucket) = (nil, nil)
    case .bucket:
      func value(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
      let store = try await S3Store.open(
        try S3Location(place, endpoint: value("SHOAL_S3_ENDPOINT"), isPathStyle: true),
        credentials: S3Credentials(
          accessKeyID: value("AWS_ACCESS_KEY_ID"), secretAccessKey: value("AWS_SECRET_ACCESS_KEY")))
      journal = store.journal
      blobs = store.blobs
      (embedded, bucket) = (nil, store)
    }
  }

  /// The store's own message log; one in memory where a cluster's brokers would carry it.
  var log: any MessageLog { embedded?.messageLog ?? InMemoryMessageLog() }
  var hasOwnLog: Bool { embedded != nil }

  func close() async {
    await embedded?.close()
    await bucket?.close()
  }

  /// Writes the journals of streams that have none.
  func write(_ streams: [StreamFacts]) async throws {
    if kind == .folder { return try FolderPages(place).write(streams) }
    let atOnce = kind == .sqlite ? 1024 : 32
    let journal = journal
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, stream) in streams.enumerated() {
        if index >= atOnce { try await group.next() }
        group.addTask {
          for (number, fact) in stream.facts.enumerated() {
            _ = try await journal.append(fact, to: stream.stream, at: Int64(number))
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

/// Writes a folder's journals in its own form, 64 streams to a page, without waiting for the disk.
private struct FolderPages {
  private static let mostStreams = 64
  private let folder: String

  init(_ folder: String) { self.folder = "\(folder)/journal" }

  func write(_ streams: [StreamFacts]) throws {
    for kind in StreamID.Kind.allCases { mkdir("\(folder)/\(kind.rawValue)", 0o755) }
    for start in stride(from: 0, to: streams.count, by: Self.mostStreams) {
      let some = streams[start..<min(start + Self.mostStreams, streams.count)]
      for stream in some { try require(mkdir("\(folder)/\(stream.stream)", 0o755) == 0, "\(stream.stream)") }
      for number in 0..<(some.map(\.facts.count).max() ?? 0) { try write(number, some) }
    }
  }

  private func write(_ number: Int, _ streams: ArraySlice<StreamFacts>) throws {
    let streams = streams.filter { $0.facts.count > number }
    let entries = streams.map { stream in
      PagedEntry(
        stream.stream, Int64(number),
        bytes: WireFormat.encode(
          JournalEntry(
            number: Int64(number), atMicroseconds: MachineClock().nowMicroseconds, fact: stream.facts[number])))
    }
    let bytes = entries.count == 1 ? entries[0].bytes : WireFormat.encode(entries)
    let first = "\(folder)/\(streams[0].stream)/\(number)"
    let descriptor = open(first, O_WRONLY | O_CREAT | O_EXCL, 0o644)
    try require(descriptor >= 0, first)
    let count = Glibc.write(descriptor, bytes, bytes.count)
    close(descriptor)
    try require(count == bytes.count, first)
    for stream in streams.dropFirst() {
      try require(link(first, "\(folder)/\(stream.stream)/\(number)") == 0, "\(stream.stream)")
    }
  }

  private func require(_ isDone: Bool, _ what: String) throws {
    guard isDone else { throw Children.Problem(description: "\(what): \(String(cString: strerror(errno)))") }
  }
}
