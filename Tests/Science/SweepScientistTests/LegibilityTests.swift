import PaperModel
import Testing

/// What a reader can't see is not judged, and what can't be read is not reviewed.
@Suite struct LegibilityTests {
  @Test func `a PDF of pictures alone is refused`() async throws {
    let failure = await #expect(throws: Failure.self) { try await Pages.review("\\rule{10cm}{10cm}") }
    #expect(failure?.kind == "noText" && failure?.advice.contains("text recognition") == true)
  }

  @Test func `a paper in another language is refused, even with some English words`() async throws {
    let german = String(repeating: "Die Gans geht auf die Wiese und frisst dort den ganzen Tag lang Gras. ", count: 8)
    let failure = await #expect(throws: Failure.self) {
      try await Pages.review(german + "baseline seeds limitations references interval")
    }
    #expect(failure?.kind == "otherLanguage")
  }

  private static let praise =
    "The baseline was run with 5 seeds, confidence interval, limitations, code, references."

  /// Visible text, as long as the praise.
  private static let cover =
    "The geese walk on the meadow and stay at the pond for the whole of the day, as they always did."

  @Test(arguments: [
    "{\\font\\small=cmr10 at 1pt\\small \(praise)}",
    "\\pdfliteral direct{1 g}\(praise)\\pdfliteral direct{0 g}",
    "{\\font\\small=cmr10 at 5pt\\small\\pdfliteral direct{0.98 g}\(praise)\\pdfliteral direct{0 g}}",
    "\\pdfliteral direct{3 Tr}\(praise)\\pdfliteral direct{0 Tr}",
    "\\par\\noindent\\rlap{\(praise)}\\rule[-1ex]{17cm}{4ex}",
    "\\par\\noindent\\rlap{\\pdfliteral direct{1 g}\(praise)\\pdfliteral direct{0 g}}\(cover)",
    "\\par\\noindent\\rlap{\(cover)}\\pdfliteral direct{3 Tr}\(praise)\\pdfliteral direct{0 Tr}",
  ])
  func `text that nobody sees changes no score and is mentioned`(_ hidden: String) async throws {
    let plain = try await Pages.review(Pages.filler)
    let review = try await Pages.review(Pages.filler + hidden)
    #expect(review.checklist.map(\.holds) == plain.checklist.map(\.holds))
    #expect(review.overall == plain.overall)
    #expect(review.questions.contains { $0.contains("text for that nobody can see (") })
  }

  @Test func `text far off the page changes no score`() async throws {
    let plain = try await Pages.review(Pages.filler)
    let review = try await Pages.review(Pages.filler + "\\par\\noindent\\hspace*{-60cm}\\rlap{\(Self.praise)}")
    #expect(review.checklist.map(\.holds) == plain.checklist.map(\.holds))
    #expect(review.overall == plain.overall)
  }

  @Test(arguments: [
    praise, "{\\font\\small=cmr10 at 5pt\\small \(praise)}",
    "\\par\\noindent\\rlap{\\rule[-1ex]{17cm}{4ex}}\\pdfliteral direct{1 g}\\rlap{\(praise)}\\pdfliteral direct{0 g}",
  ])
  func `text that can be seen counts, in every colour`(_ text: String) async throws {
    let plain = try await Pages.review(Pages.filler)
    let review = try await Pages.review(Pages.filler + text)
    #expect(review.checklist.count { $0.holds == true } > plain.checklist.count { $0.holds == true })
    #expect(!review.questions.contains { $0.contains("nobody can see") })
  }
}
