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

  @Test func `text that is too small to read, or off the page, changes no score and is mentioned`() async throws {
    let praise = "The baseline was run with 5 seeds, confidence interval, limitations, code, references."
    let plain = try await Pages.review(Pages.filler)
    let tiny = try await Pages.review(Pages.filler + "{\\font\\small=cmr10 at 1pt\\small \(praise)}")
    let off = try await Pages.review(Pages.filler + "\\par\\noindent\\hspace*{-60cm}\\rlap{\(praise)}")
    for hidden in [tiny, off] {
      #expect(hidden.checklist.map(\.holds) == plain.checklist.map(\.holds))
      #expect(hidden.overall == plain.overall)
    }
    #expect(tiny.questions.contains { $0.contains("too small to read, or off the page") })
    let open = try await Pages.review(Pages.filler + praise)
    #expect(open.checklist.count { $0.holds == true } > plain.checklist.count { $0.holds == true })
  }
}
