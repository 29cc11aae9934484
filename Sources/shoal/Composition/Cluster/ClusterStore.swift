import Digests
import FolderJournal
import Glibc
import Journal
import Operations
import PaperModel
import S3Journal

/// A cluster's journals, blobs and baselines.
struct ClusterStore: Sendable {
  let place: StorePlace
  private(set) var journal: any Journal
  private(set) var blobs: any BlobStore
  let baselines: any BaselineStore
  private(set) var ideas: any IdeaIndex
  /// Holds the mark that identifies a store of Shoal.
  private let marks: any BaselineStore
  private let bucket: S3Store?
  /// What tells the store from all others, also from another one in the same place.
  private(set) var identity = ""

  /// The name of the mark.
  private static let mark = "store"

  /// Opens a store.
  /// - Parameters:
  ///   - preparing: whether it may be a new one. Otherwise it must have been prepared before: an empty folder in place
  /// of an unmounted shared one would let everything be done and paid for again.
  ///   - looking: whether it is only read, so that this user need not be able to write there.
  static func open(
    _ place: StorePlace, _ settings: S3Settings, preparing: Bool, looking: Bool = false
  ) async throws -> ClusterStore {
    var store: ClusterStore
    switch place {
    case .folder(let path):
      try checkFolder(path, preparing: preparing, looking: looking)
      store = ClusterStore(
        place: place,
        journal: looking ? FolderJournal(looking: path) : try await FolderJournal(folder: path),
        blobs: looking ? FolderBlobs(looking: path) : try await FolderBlobs(folder: path),
        baselines: FolderBaselines(folder: "\(path)/baselines"), ideas: FolderIdeaIndex(folder: path),
        marks: FolderBaselines(folder: "\(path)/marks"), bucket: nil)
    case .s3:
      let bucket = try await S3Store.open(try settings.location(place), credentials: try settings.credentials())
      store = ClusterStore(
        place: place, journal: bucket.journal, blobs: bucket.blobs, baselines: bucket.shelf, ideas: bucket.ideas,
        marks: bucket.shelf, bucket: bucket)
    }
    do {
      if preparing { try await store.prepare() }
      guard let mark = try await store.marks.baseline(Self.mark) else { throw unprepared("\(place)") }
      store.identity = mark.digest
      if case .folder(let path) = place { store.watch(path) }
      return store
    } catch {
      await store.close()
      throw error
    }
  }

  /// From now on nothing is read or written unless the folder is still this store.
  private mutating func watch(_ path: String) {
    let folder = FolderGuard(path, by: "marks/\(Self.mark)") { [marks, identity] in
      (try? await marks.baseline(Self.mark))?.digest == identity
    }
    journal = GuardedJournal(inner: journal, folder: folder)
    blobs = GuardedBlobs(inner: blobs, folder: folder)
    ideas = GuardedIdeas(inner: ideas, folder: folder)
  }

  /// Creates a store, with all parents of a folder, and marks it.
  static func make(_ place: StorePlace, _ settings: S3Settings) async throws {
    if case .folder(let path) = place { try LocalFolder.make(path) }
    await (try await open(place, settings, preparing: true)).close()
  }

  func close() async { await bucket?.close() }

  private static func checkFolder(_ path: String, preparing: Bool, looking: Bool) throws {
    var facts = stat()
    guard stat(path, &facts) == 0 else {
      let reason = errno == ENOENT ? "does not exist" : "can't be read (\(String(cString: strerror(errno))))"
      throw OperationError(
        "The store \(path) \(reason). Mount the folder that all machines share, or make it: `shoal topics create`.")
    }
    guard facts.st_mode & S_IFMT == S_IFDIR else {
      throw OperationError("The store \(path) is not a folder. Name a folder that all machines share.")
    }
    guard access(path, looking ? R_OK | X_OK : R_OK | W_OK | X_OK) == 0 else {
      let what = looking ? "read" : "read and write in"
      throw OperationError("This user may not \(what) the store \(path). Correct its permissions.")
    }
    // Before anything is created in it.
    if !preparing, access("\(path)/marks/\(mark)", F_OK) != 0 { throw unprepared(path) }
  }

  private static func unprepared(_ place: String) -> OperationError {
    OperationError(
      "\(place) is no store of Shoal yet. Is it mounted? `shoal topics create` or `shoal submit` prepares a new one.")
  }

  private func prepare() async throws {
    if try await marks.baseline(Self.mark) != nil { return }
    let text = RandomBytes.make(16).lowercaseHex
    _ = try await marks.keep(try await blobs.keep(Array("shoal store \(text)\n".utf8)), under: Self.mark)
  }
}

extension S3Settings {
  /// The location of a bucket.
  func location(_ place: StorePlace) throws -> S3Location {
    var location = try S3Location("\(place)", endpoint: endpoint, region: region, isPathStyle: isPathStyle)
    location.authoritiesFile = authority
    return location
  }

  /// The keys: from the environment, or else from the credentials file that other tools use.
  func credentials() throws -> S3Credentials {
    let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
    let given = Dictionary(
      uniqueKeysWithValues: names.compactMap { name in Settings.environment(name).map { (name, $0) } })
    let path =
      Settings.environment("AWS_SHARED_CREDENTIALS_FILE")
      ?? Settings.environment("HOME").map { "\($0)/.aws/credentials" }
    if given[names[0]] == nil, let path, let bytes = try FileInput.readIfThere(path, limit: 1 << 20) {
      return try S3Credentials(
        file: String(decoding: bytes, as: UTF8.self), path: path,
        profile: Settings.environment("AWS_PROFILE") ?? "default")
    }
    return try S3Credentials(environment: given)
  }
}
