package import ExperimentTemplates
package import PaperModel

package enum BaselineInfo {
  /// The results of a run of the template's own code.
  /// - Throws: `Failure` if the run has none.
  package static func read(_ result: RunResult, in blobs: any BlobStore) async throws -> FinalInfo {
    if let problem = result.problem { throw Failure(kind: "noResult", "\(result.label): \(problem)") }
    guard let blob = result.files["final_info.json"] else {
      throw Failure(kind: "noResult", "\(result.label) wrote no final_info.json.")
    }
    let bytes = try await blobs.bytes(of: blob)
    do { return try FinalInfo(parsing: bytes) } catch { throw Failure(kind: "noResult", error.description) }
  }
}
