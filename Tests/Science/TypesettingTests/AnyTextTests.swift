import GeneratorTestSupport
import PaperModel
import Testing

@testable import Typesetting

/// Names, words and values that templates, ideas and experiments bring have any characters, and every place of a paper
/// takes them. One paper has hundreds of them, because a compilation takes seconds.
@Suite struct AnyTextTests {
  private struct Words {
    var random: SeededGenerator

    mutating func text(_ most: Int = 6) -> String { AnyText.text(by: &random, most: most) }

    mutating func prose() -> Prose {
      Prose(
        (0...random.below(4)).map { _ in
          switch random.below(4) {
          case 0: .emphasis(text())
          case 1: .strong(text())
          case 2: .code(text())
          default: .text(text())
          }
        })
    }

    /// What numbers, values of settings and names of metrics are printed as.
    mutating func claims() -> [NumberClaim] {
      (0..<60).map {
        NumberClaim(
          name: "claim.\($0)", printed: random.below(3) == 0 ? "−1.6 × 10⁻³⁰⁰" : text(4), sources: ["run_0/\($0)"],
          derivation: text())
      }
    }

    mutating func table(_ number: Int, _ claims: ArraySlice<NumberClaim>) -> PaperTable {
      PaperTable(
        name: "table-\(number)", caption: prose(),
        columns: [.init(prose(), .wrapped(width: 0.3)), .init(prose()), .init(prose(), .right)],
        rows: claims.map { [Prose([.number($0.name)]), Prose([.code(letters())]), Prose([.number($0.name)])] },
        note: prose())
    }

    /// Text without digits, for places whose numbers must come from claims.
    mutating func letters(_ most: Int = 6) -> String { text(most).filter { !$0.isNumber } }

    mutating func section(_ number: Int, _ claims: ArraySlice<NumberClaim>) -> PaperSection {
      var blocks: [PaperSection.Block] = (0..<6).map { _ in .paragraph(prose()) }
      blocks += [.heading(text()), .list([prose(), prose()]), .numberedList([prose(), prose()])]
      blocks += [.code([text(), text(), text(40)]), .table(table(number, claims)), .paragraph(prose())]
      blocks += claims.map { .paragraph(prose() + Prose([.number($0.name)]) + prose()) }
      return PaperSection(text(), name: "section-\(number)", role: .background, blocks)
    }

    mutating func paper() -> LaTeXProject {
      let claims = claims()
      return LaTeXProject(
        title: letters(12), authors: [text(), text()], affiliation: text(), note: Prose([.emphasis(letters())]),
        abstract: Prose(text: letters(20)),
        sections: (0..<6).map { section($0, claims[($0 * 10)..<($0 * 10 + 10)]) }, claims: claims)
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `whatever stands in a paper, it is typeset`(seed: UInt64) async throws {
    var words = Words(random: SeededGenerator(seed: seed))
    let project = words.paper().printable
    let paper = try await Typesetter.forTests.compile(project, claims: everyClaimHolds, with: World())
    #expect(paper.layout.pages >= 5)
  }
}
