/// Where baseline runs are kept: one for each template content, scale and kind of device.
public protocol BaselineStore: Sendable {
  /// The baseline under a key; nil where there is none yet.
  func baseline(_ key: String) async throws -> BlobReference?
  /// Keeps a baseline, a `RunResult`, unless there is one already.
  /// - Returns: the one that is kept.
  func keep(_ result: BlobReference, under key: String) async throws -> BlobReference
}
