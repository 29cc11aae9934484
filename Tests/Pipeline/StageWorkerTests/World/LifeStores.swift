import Digests
import Journal
import PaperModel
import Synchronization

/// The journal as one life of a worker sees it. Records which life wrote each entry.
struct LifeJournal: Journal {
  let journal: InMemoryJournal
  let life: Life
  let authors: Authors
  let mistakes: any Mistakes

  private var trouble: JournalError { JournalError(.unavailable, "The journal is away.") }

  func append(_ fact: JournalEntry.Fact, to stream: StreamID, at number: Int64) async throws -> Bool {
    let fact = mistakes.appended(fact, by: life)
    await mistakes.before(fact, by: life)
    let isWritten = try await life.call("append \(fact.word) \(stream.kind)", trouble) {
      let number = mistakes.isUnfenced ? Int64(try await journal.entries(of: stream, from: 0).count) : number
      guard try await journal.append(fact, to: stream, at: number) else { return false }
      authors.note(stream, number, life.worker)
      return true
    }
    if isWritten { await mistakes.after(fact, by: life) }
    return isWritten
  }

  func entries(of stream: StreamID, from number: Int64) async throws -> [JournalEntry] {
    try await life.call("entries \(stream.kind)", trouble) { try await journal.entries(of: stream, from: number) }
  }

  func streams(of kind: StreamID.Kind, after name: String?, limit: Int) async throws -> [StreamID] {
    try await life.call("streams", trouble) { try await journal.streams(of: kind, after: name, limit: limit) }
  }

  func beat(_ worker: WorkerID) async throws { try await life.call("beat", trouble) { try await journal.beat(worker) } }
  func sayGoodbye(_ worker: WorkerID) async throws {
    try await life.call("goodbye", trouble) { try await journal.sayGoodbye(worker) }
  }
  func liveness(of worker: WorkerID) async throws -> Liveness {
    try await life.call("liveness", trouble) { try await journal.liveness(of: worker) }
  }
  func living() async throws -> [WorkerID] { try await life.call("living", trouble) { try await journal.living() } }
}

/// The writers of entries.
final class Authors: Sendable {
  private let workers = Mutex<[StreamID: [Int64: WorkerID]]>([:])

  func note(_ stream: StreamID, _ number: Int64, _ worker: WorkerID) {
    workers.withLock { $0[stream, default: [:]][number] = worker }
  }

  /// Nil for entries of operations.
  func author(_ stream: StreamID, _ number: Int64) -> WorkerID? { workers.withLock { $0[stream]?[number] } }
}

/// Blobs that live as long as their test.
final class MemoryBlobs: BlobStore {
  private let blobs = Mutex<[String: [UInt8]]>([:])

  func keep(_ bytes: [UInt8]) async throws -> BlobReference {
    let digest = SHA256.digest(of: bytes).hex
    blobs.withLock { $0[digest] = bytes }
    return BlobReference(digest: digest, size: Int64(bytes.count))!
  }

  func bytes(of reference: BlobReference) async throws -> [UInt8] {
    guard let bytes = blobs.withLock({ $0[reference.digest] }) else {
      throw Failure(kind: "missing", "There is no blob \(reference).")
    }
    return bytes
  }
}

/// The blobs as one life of a worker sees them.
struct LifeBlobs: BlobStore {
  let blobs: MemoryBlobs
  let life: Life

  private var trouble: Failure { Failure(kind: "blobsAway", "The blobs are away.", retryability: .transient) }

  func keep(_ bytes: [UInt8]) async throws -> BlobReference {
    try await life.call("keep", trouble) { try await blobs.keep(bytes) }
  }
  func bytes(of reference: BlobReference) async throws -> [UInt8] {
    try await life.call("bytes", trouble) { try await blobs.bytes(of: reference) }
  }
}

extension JournalEntry.Fact {
  /// The name of the case. A description of the whole value would take a seventh of these tests' time.
  var word: String { Mirror(reflecting: self).children.first?.label ?? "\(self)" }
}
