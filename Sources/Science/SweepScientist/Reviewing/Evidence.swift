internal import ExperimentTemplates
internal import PaperModel
internal import Studies
internal import Typesetting

/// All evidence that a reviewer by checklist uses.
struct Evidence: Sendable {
  let text: PDFText
  let layout: LayoutReport
  /// The runs and what they measured; nil for a PDF from elsewhere.
  let runs: Runs?
  /// The paper's claims; nil for a PDF from elsewhere.
  let claims: [CheckedClaim]?
  /// Words that a reader can't see; they do not count.
  var hiddenWords = 0

  struct Runs: Sendable {
    let record: ExperimentRecord
    let analysis: StudyAnalysis?
    let study: Study?
    let novelty: NoveltyVerdict
    /// The sources that ran, by folder, as lines.
    let sources: [String: [Substring]]
  }

  /// A claim and its recomputed number.
  struct CheckedClaim: Sendable {
    let claim: NumberClaim
    /// The number from the artifacts; nil if it can't be computed from them.
    let recomputed: String?
  }

  /// The text in lower case, on one line.
  var words: String {
    text.joined.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Whether the text contains any of the phrases.
  func says(_ phrases: String...) -> Bool {
    let words = words
    return phrases.contains { words.contains($0) }
  }
}
