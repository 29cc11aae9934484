import Digests
import FolderJournal
import Glibc
import Journal
import Operations
import PaperModel
import Stages

/// A cluster's journals, blobs and baselines.
struct ClusterStore: Sendable {
  let place: StorePlace
  let journal: any Journal
  let blobs: any BlobStore
  let baselines: any BaselineShelf
  /// Beside the baselines, what marks a store as one.
  private let marks: any BaselineShelf

  /// The name of the mark.
  private static let mark = "store"

  /// Opens a store.
  /// - Parameter preparing: whether it may be a new one; otherwise it must have been prepared before, for an empty
  ///   folder where a shared one should be mounted would let everything be done and paid for again.
  static func open(_ place: StorePlace, _ settings: S3Settings, preparing: Bool) async throws -> ClusterStore {
    let store: ClusterStore
    switch place {
    case .folder(let path):
      try checkFolder(path, preparing: preparing)
      store = ClusterStore(
        place: place, journal: try await FolderJournal(folder: path), blobs: try await FolderBlobs(folder: path),
        baselines: FolderShelf(folder: "\(path)/baselines"), marks: FolderShelf(folder: "\(path)/marks"))
    case .s3: throw OperationError("Buckets are to come.")
    }
    if preparing { try await store.prepare() } else { try await store.checkPrepared() }
    return store
  }

  private static func checkFolder(_ path: String, preparing: Bool) throws {
    var facts = stat()
    guard stat(path, &facts) == 0 else {
      let reason = errno == ENOENT ? "is not there" : "can't be looked at (\(String(cString: strerror(errno))))"
      throw OperationError("The store \(path) \(reason). Mount the folder that all machines share, or make it.")
    }
    guard facts.st_mode & S_IFMT == S_IFDIR else {
      throw OperationError("The store \(path) is no folder. Name a folder that all machines share.")
    }
    guard access(path, R_OK | W_OK | X_OK) == 0 else {
      throw OperationError("This user may not read and write in the store \(path). Correct its rights.")
    }
    // Before anything is made in it.
    if !preparing, access("\(path)/marks/\(mark)", F_OK) != 0 { throw unprepared(path) }
  }

  private func checkPrepared() async throws {
    guard try await marks.baseline(Self.mark) != nil else { throw Self.unprepared("\(place)") }
  }

  private static func unprepared(_ place: String) -> OperationError {
    OperationError(
      "\(place) is no store of Shoal yet. Is it mounted? `shoal topics create` or `shoal submit` prepares a new one.")
  }

  private func prepare() async throws {
    let text = RandomBytes.make(16).lowercaseHex
    _ = try await marks.keep(try await blobs.keep(Array("shoal store \(text)\n".utf8)), under: Self.mark)
  }
}
