import PaperModel

/// A review as text.
enum ReviewText {
  static func add(_ review: Review, revision: String?, to lines: inout Lines) {
    lines.heading("Review: \(review.decision), \(review.overall) of 10")
    lines.pairs([("summary", review.summary), ("revision", revision)])
    lines.table(scores(review))
    for (title, sentences) in [
      ("Strengths", review.strengths), ("Weaknesses", review.weaknesses), ("Questions", review.questions),
      ("Limitations", review.limitations),
    ] where !sentences.isEmpty {
      lines.add("  \(title)")
      for sentence in sentences { lines.add("    - \(sentence)") }
    }
    guard !review.checklist.isEmpty else { return }
    lines.add("  Checklist")
    for item in review.checklist {
      let mark =
        switch item.holds {
        case true?: "yes"
        case false?: "no"
        case nil: "?"
        }
      lines.add("    \(Lines.padded(mark, 3))  \(item.name): \(item.reason)")
    }
  }

  private static func scores(_ review: Review) -> TextTable {
    var table = TextTable([
      .init(title: "SCORE"), .init(title: "VALUE", isNumber: true), .init(title: "OF", isNumber: true),
    ])
    for (name, value, most) in [
      ("Overall", review.overall, 10), ("Originality", review.originality, 4), ("Quality", review.quality, 4),
      ("Clarity", review.clarity, 4), ("Significance", review.significance, 4), ("Soundness", review.soundness, 4),
      ("Presentation", review.presentation, 4), ("Contribution", review.contribution, 4),
      ("Confidence", review.confidence, 5),
    ] { table.add([name, "\(value)", "\(most)"]) }
    return table
  }
}
