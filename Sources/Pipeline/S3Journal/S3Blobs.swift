internal import Digests
public import PaperModel

/// A blob store in a bucket: `PREFIX/blobs/ab/<digest>`. Blobs are never overwritten.
public struct S3Blobs: BlobStore {
  /// The largest blob: 1 GiB.
  public static let mostBytes = 1 << 30
  /// From this size on, a request that checks for the blob is cheaper than sending it again.
  private static let worthLooking = 256 << 10

  private let bucket: S3Bucket

  init(_ bucket: S3Bucket) { self.bucket = bucket }

  public func keep(_ bytes: [UInt8]) async throws -> BlobReference {
    guard bytes.count <= Self.mostBytes else {
      throw Failure(
        kind: "blobTooLarge", "A blob of \(bytes.count) bytes is too large.",
        advice: "Keep at most \(Self.mostBytes) bytes in one; cut the file into parts.")
    }
    let digest = SHA256.digest(of: bytes)
    guard let reference = BlobReference(digest: digest.hex, size: Int64(bytes.count)) else {
      preconditionFailure("a digest is 64 digits")
    }
    return try await onStore {
      let key = key(reference)
      if bytes.count >= Self.worthLooking, try await isThere(reference) { return reference }
      if try await bucket.putIfAbsent(key, bytes, digest: digest) == .taken { _ = try await isThere(reference) }
      return reference
    }
  }

  public func bytes(of reference: BlobReference) async throws -> [UInt8] {
    guard reference.size <= Int64(Self.mostBytes) else { throw changed(reference, "is too large to be one") }
    return try await onStore {
      guard let bytes = try await bucket.get(key(reference), atMost: Self.mostBytes) else {
        throw Failure(
          kind: "blobMissing", "The blob \(name(reference)) is missing.",
          advice: "Restore it from a copy of the bucket, or replay the paper from the stage that made it.")
      }
      guard bytes.count == Int(reference.size) else { throw changed(reference, "has \(bytes.count) bytes") }
      guard SHA256.digest(of: bytes).hex == reference.digest else { throw changed(reference, "has another content") }
      return bytes
    }
  }

  private func isThere(_ reference: BlobReference) async throws -> Bool {
    guard let info = try await bucket.info(of: key(reference)) else { return false }
    guard info.size == reference.size else { throw changed(reference, "has \(info.size) bytes") }
    return true
  }

  private func key(_ reference: BlobReference) -> String {
    bucket.location.key("blobs/\(reference.digest.prefix(2))/\(reference.digest)")
  }

  private func name(_ reference: BlobReference) -> String { "s3://\(bucket.location.bucket)/\(key(reference))" }

  private func changed(_ reference: BlobReference, _ what: String) -> Failure {
    Failure(
      kind: "blobDamaged", "The blob \(name(reference)) of \(reference.size) bytes \(what).",
      advice: "Move the object aside and restore it from a copy, or replay the paper from the stage that made it.")
  }

  private func onStore<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as S3Error { throw Failure(error) }
  }
}

extension Failure {
  /// A store that this machine can't reach or may not use is no fault of the work.
  init(_ error: S3Error) {
    switch error.kind {
    case .unavailable, .denied, .noBucket: self = .ofMachine(error.message)
    case .unsuitable, .misuse: self.init(kind: "storeUnavailable", error.message)
    }
  }
}
