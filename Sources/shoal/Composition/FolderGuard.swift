import FolderJournal
import Glibc
import Journal
import PaperModel
import Synchronization

/// Notices that a folder is no longer the one that was opened: unmounted, moved away, or replaced. In an empty folder
/// everything would be done again, and its missing files would end papers.
final class FolderGuard: Sendable {
  private struct Place: Equatable {
    let device: UInt
    let file: UInt
  }

  private let folder: String
  /// A file that is written once and never replaced.
  private let file: String
  /// Whether a file in its place is a copy of it, or the same one after another mount.
  private let isSame: @Sendable () async -> Bool
  private let known: Mutex<Place?>

  /// Guards a folder from now on.
  init(_ folder: String, by file: String, isSame: @escaping @Sendable () async -> Bool = { false }) {
    self.folder = folder
    self.file = "\(folder)/\(file)"
    self.isSame = isSame
    known = Mutex(Self.place(self.file))
  }

  /// - Throws: `JournalError` that may pass, if the folder is not the same one now.
  func check() async throws {
    let now = Self.place(file)
    if now != nil, now == known.withLock({ $0 }) { return }
    if let now, await isSame() { return known.withLock { $0 = now } }
    throw JournalError(
      .unavailable,
      "\(folder) is not the folder that this process opened: it was unmounted, moved or replaced. Bring it back; "
        + "nothing is done until then.")
  }

  /// Calls `body`, whose result counts only if the folder was the same one before and after it.
  func guarding<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    try await check()
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    try await check()
    return try result.get()
  }

  private static func place(_ path: String) -> Place? {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    return Place(device: facts.st_dev, file: facts.st_ino)
  }
}

/// A journal in a guarded folder.
struct GuardedJournal: JournalDecorator {
  let inner: any Journal
  let folder: FolderGuard

  func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
    try await folder.guarding { try await inner.append(fact, to: stream, at: number) }
  }
  func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    try await folder.guarding { try await inner.entries(of: stream, from: number) }
  }
  func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID] {
    try await folder.guarding { try await inner.streams(of: kind, after: name, limit: limit) }
  }
  func beat(_ worker: WorkerID) async throws { try await folder.guarding { try await inner.beat(worker) } }
  func sayGoodbye(_ worker: WorkerID) async throws { try await folder.guarding { try await inner.sayGoodbye(worker) } }
  func liveness(of worker: WorkerID) async throws -> Liveness {
    try await folder.guarding { try await inner.liveness(of: worker) }
  }
}

/// Blobs in a guarded folder.
struct GuardedBlobs: BlobStore {
  let inner: any BlobStore
  let folder: FolderGuard

  func keep(_ bytes: [UInt8]) async throws -> BlobReference {
    try await folder.guarding { try await inner.keep(bytes) }
  }
  func bytes(of reference: BlobReference) async throws -> [UInt8] {
    try await folder.guarding { try await inner.bytes(of: reference) }
  }
}

/// An index of ideas in a guarded folder.
struct GuardedIdeas: IdeaIndex {
  let inner: any IdeaIndex
  let folder: FolderGuard

  func reserve(_ idea: IndexedIdea, atMicroseconds: Int64?) async throws -> IndexedIdea {
    try await folder.guarding { try await inner.reserve(idea, atMicroseconds: atMicroseconds) }
  }
  func ideas(on template: String, subject: String?, from page: String?, limit: Int) async throws -> IdeaPage {
    try await folder.guarding { try await inner.ideas(on: template, subject: subject, from: page, limit: limit) }
  }
  func isComplete() async throws -> Bool { try await folder.guarding { try await inner.isComplete() } }
  func markComplete() async throws { try await folder.guarding { try await inner.markComplete() } }
}
