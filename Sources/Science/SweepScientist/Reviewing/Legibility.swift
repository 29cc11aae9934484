internal import PaperModel
internal import Typesetting

/// Checks that a checklist in English can judge a text at all.
enum Legibility {
  /// - Throws: `Failure` of kind `noText` or `otherLanguage`.
  static func check(_ text: PDFText) throws(Failure) {
    let words = text.joined.lowercased().split { !$0.isLetter }
    guard words.count >= 50 else {
      throw Failure(
        kind: "noText",
        "The PDF has hardly any text that can be read (\(words.count) word\(words.count == 1 ? "" : "s")), so there is "
          + "nothing to review.",
        advice: "If its pages are scanned pictures, run a text recognition over it first.")
    }
    let common: Set<Substring> = [
      "the", "of", "and", "a", "an", "to", "in", "is", "are", "we", "that", "for", "with", "on", "by", "as", "this",
      "at",
      "be", "from",
    ]
    let share = Double(words.count { common.contains($0) }) / Double(words.count)
    guard share >= 0.1 else {
      throw Failure(
        kind: "otherLanguage",
        "The text is not English, or its letters are garbled: only \(Int((share * 100).rounded())) % of its words are "
          + "common English ones. The checklist looks for English words, so it can't judge this paper.",
        advice: "Give it a version in English whose text can be copied.")
    }
  }
}
