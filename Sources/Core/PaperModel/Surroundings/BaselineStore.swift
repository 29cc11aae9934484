/// Stores baseline runs: one for each template content, scale and device kind.
public protocol BaselineStore: Sendable {
  /// The baseline under a key; nil if there is none yet.
  func baseline(_ key: String) async throws -> BlobReference?
  /// Stores a baseline, a `RunResult`, unless the key has one.
  /// - Returns: the stored one.
  func keep(_ result: BlobReference, under key: String) async throws -> BlobReference
}
