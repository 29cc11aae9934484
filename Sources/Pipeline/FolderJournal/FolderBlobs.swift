internal import Digests
public import PaperModel

/// A blob store on a folder: `DIR/blobs/ab/<digest>`, shared by any number of processes and machines.
///
/// A blob is written under a temporary name, synchronised and then renamed, so that a name always has its whole
/// content. Blobs are never overwritten. Symbolic links below `DIR` are not followed. A process killed while it
/// writes leaves a file whose name begins with a dot; it may be deleted.
public struct FolderBlobs: BlobStore {
  /// The largest blob: 1 GiB.
  public static let mostBytes = 1 << 30

  private let folder: String
  private let threads: FileThreads

  /// Opens a folder and creates what is missing.
  /// - Throws: `Failure` that names the folder and says what to do.
  public init(folder: String) async throws {
    self.init(looking: folder)
    _ = try await onFiles { try Folder(root: folder).creating("blobs").path }
  }

  /// Opens a folder without creating anything in it.
  public init(looking folder: String) {
    self.folder = folder
    threads = FileThreads(count: 4)
  }

  public func keep(_ bytes: [UInt8]) async throws -> BlobReference {
    guard bytes.count <= Self.mostBytes else {
      throw Failure(
        kind: "blobTooLarge", "A blob of \(bytes.count) bytes is too large.",
        advice: "Keep at most \(Self.mostBytes) bytes in one; cut the file into parts.")
    }
    return try await onFiles { [folder] in
      let digest = SHA256.digest(of: bytes).hex
      guard let reference = BlobReference(digest: digest, size: Int64(bytes.count)) else {
        preconditionFailure("a digest is 64 digits")
      }
      let shelf = try Folder(root: folder).creating("blobs").creating(String(digest.prefix(2)))
      if let size = try shelf.size(of: digest) {
        guard size == reference.size else { throw Self.changed(shelf.path, reference, "has \(size) bytes") }
        return reference
      }
      try shelf.rename(try shelf.writeTemporary(bytes, for: digest), to: digest)
      return reference
    }
  }

  public func bytes(of reference: BlobReference) async throws -> [UInt8] {
    try await onFiles { [folder] in
      let prefix = String(reference.digest.prefix(2))
      let path = "\(folder)/blobs/\(prefix)"
      guard reference.size <= Int64(Self.mostBytes) else {
        throw Self.changed(path, reference, "is too large to be one")
      }
      let blobs = try Folder(root: folder).existing("blobs")
      guard let shelf = try blobs?.existing(prefix), let size = try shelf.size(of: reference.digest) else {
        throw Failure(
          kind: "blobMissing", "The blob \(path)/\(reference.digest) is missing.",
          advice: "Restore it from a copy of the data folder, or replay the paper from the stage that made it.")
      }
      guard size == reference.size, let bytes = try shelf.read(reference.digest, atMost: Self.mostBytes),
        bytes.count == Int(size)
      else { throw Self.changed(path, reference, "has \(size) bytes") }
      guard SHA256.digest(of: bytes).hex == reference.digest else {
        throw Self.changed(path, reference, "has another content")
      }
      return bytes
    }
  }

  private static func changed(_ path: String, _ reference: BlobReference, _ what: String) -> Failure {
    Failure(
      kind: "blobDamaged", "The blob \(path)/\(reference.digest) of \(reference.size) bytes \(what).",
      advice: "Move the file aside and restore it from a copy, or replay the paper from the stage that made it.")
  }

  private func onFiles<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    do { return try await threads.run(body) } catch let problem as FileProblem {
      if problem.isOfMachine { throw Failure.ofMachine(problem.sentence) }
      throw Failure(kind: "storeUnavailable", problem.sentence, retryability: .transient)
    }
  }
}
