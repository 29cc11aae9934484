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

  /// Whether all papers of a campaign that is over were written here.
  static func areWritten(of campaign: StreamID, _ settings: Settings) -> Bool {
    access(mark(campaign, settings), F_OK) == 0
  }

  /// Notes that all papers of a campaign that is over were written, so that no later process looks at each of them.
  static func noteWritten(of campaign: StreamID, _ settings: Settings) throws {
    try LocalFolder.make("\(settings.data)/papers")
    try FileOutput.replace(mark(campaign, settings), with: [])
  }

  private static func mark(_ campaign: StreamID, _ settings: Settings) -> String {
    "\(settings.data)/papers/.\(campaign.name)"
  }

  /// Writes a finished paper's files, unless they exist.
  static func write(_ paper: StreamID, _ deployment: Deployment, _ settings: Settings) async throws {
    guard let revision = try await deployment.revision(of: paper) else { return }
    let folder = "\(settings.data)/papers"
    try LocalFolder.make(folder)
    let pdf = try await deployment.blobs.bytes(of: revision.manuscript.pdf)
    try FileOutput.replace("\(folder)/\(paper.name).pdf", with: pdf)
    let review = Array(try Report.json(revision.review).utf8) + [0x0a]
    try FileOutput.replace("\(folder)/\(paper.name).review.json", with: review)
  }
}
