internal import ExperimentTemplates
internal import PaperModel
internal import Studies
internal import Typesetting

/// All that a reviewer by checklist looks at. What is not there can't be seen.
struct Evidence: Sendable {
  /// The text of the pages.
  let text: PDFText
  /// Their layout.
  let layout: LayoutReport
  /// The runs and what they measured; nil for a PDF from anywhere.
  let runs: Runs?
  /// What the paper claims; nil for a PDF from anywhere.
  let claims: [CheckedClaim]?
  /// Words that a reader can't see; they do not count.
  var hiddenWords = 0

  /// What was run.
  struct Runs: Sendable {
    let record: ExperimentRecord
    let analysis: StudyAnalysis?
    let study: Study?
    let novelty: NoveltyVerdict
    /// The sources that ran, by their folders, as lines.
    let sources: [String: [Substring]]
  }

  /// A claim and what its artifacts say.
  struct CheckedClaim: Sendable {
    let claim: NumberClaim
    /// The number as the artifacts have it; nil where it can't be computed from them.
    let recomputed: String?
  }

  /// The text in lower case, on one line.
  var words: String {
    text.joined.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Whether any of some phrases stands in the text.
  func says(_ phrases: String...) -> Bool {
    let words = words
    return phrases.contains { words.contains($0) }
  }
}
