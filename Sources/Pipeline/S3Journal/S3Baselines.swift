public import PaperModel

/// Baselines in a bucket: one small object for each key, `PREFIX/baselines/KEY`, which names the result's blob.
public struct S3Baselines: BaselineStore {
  private let bucket: S3Bucket

  init(_ bucket: S3Bucket) { self.bucket = bucket }

  public func baseline(_ key: String) async throws -> BlobReference? {
    do {
      guard let bytes = try await bucket.get(object(key), atMost: 1024) else { return nil }
      let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      guard words.count == 2, let size = Int64(words[1]),
        let reference = BlobReference(digest: String(words[0]), size: size)
      else {
        throw Failure(
          kind: "damagedBaseline", "s3://\(bucket.location.bucket)/\(object(key)) does not name a baseline.",
          advice: "Delete it; the baseline is made again.")
      }
      return reference
    } catch let error as S3Error { throw Failure(error) }
  }

  public func keep(_ result: BlobReference, under key: String) async throws -> BlobReference {
    do {
      let text = Array("\(result.digest) \(result.size)\n".utf8)
      if try await bucket.putIfAbsent(object(key), text) == .written { return result }
    } catch let error as S3Error { throw Failure(error) }
    if let kept = try await baseline(key) { return kept }
    throw Failure(
      kind: "baselineShelf", "s3://\(bucket.location.bucket)/\(object(key)) is gone again.",
      advice: "See who removes objects there.", retryability: .transient)
  }

  private func object(_ key: String) -> String { bucket.location.key("baselines/\(key)") }
}
