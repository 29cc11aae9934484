import Glibc
import Operations
import PaperModel

/// Finished papers as files that a person can open: `DIR/papers/<paper>.pdf` with its review beside it. Written from
/// the blob store, so they can be written again at any time.
enum PaperFiles {
  /// The path of a paper's PDF; nil if it does not exist (yet).
  static func pdf(of paper: StreamID, _ settings: Settings) -> String? {
    let path = "\(settings.data)/papers/\(paper.name).pdf"
    return access(path, R_OK) == 0 ? path : nil
  }

  /// Writes a finished paper's files, unless they exist.
  static func write(_ paper: StreamID, _ deployment: Deployment, _ settings: Settings) async throws {
    guard let revision = try await Overview(deployment).revision(of: paper) else { return }
    let folder = "\(settings.data)/papers"
    try LocalFolder.make(folder)
    let pdf = try await deployment.blobs.bytes(of: revision.manuscript.pdf)
    try FileOutput.replace("\(folder)/\(paper.name).pdf", with: pdf)
    let review = Array(try Report.json(revision.review).utf8) + [0x0a]
    try FileOutput.replace("\(folder)/\(paper.name).review.json", with: review)
  }
}
