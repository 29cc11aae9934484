import GeneratorTestSupport
import PaperModel
import Testing

@testable import Typesetting

@Suite struct PrintedTextTests {
  private func stands(_ printed: String, in page: String) -> Bool {
    PrintedText(page).contains(PrintedText(printed))
  }

  @Test func `quotation marks, ligatures, dots, spaces and hyphens do not matter in texts`() {
    #expect(stands("it's", in: "called it’s here"))
    #expect(stands("\"office\" flow…", in: "the ”oﬃce” ﬂow. . . is"))
    #expect(stands("optimizer_name", in: "opti-\nmizer_name"))
    #expect(stands("naïve đ", in: "na¨ıve Rd̄"))
    #expect(!stands("adam's", in: "sgd’s"))
  }

  @Test func `a number must agree in its sign, its point and every digit`() {
    #expect(stands("−1.6×10⁻⁹", in: "mean −1.6 × 10−9 ,"))
    #expect(!stands("−1.6", in: "1.6"))
    #expect(!stands("1.6", in: "16"))
    #expect(!stands("+3.1", in: "3.1"))
  }

  /// Every typesettable character is found in the PDF in a form that the comparison accepts, in prose as well as in a
  /// table's cell.
  @Test func `every supported character is found in the PDF`() async throws {
    let known =
      [
        LaTeXCharacters.special, LaTeXCharacters.commands, LaTeXCharacters.letters, LaTeXCharacters.mathematics,
        LaTeXCharacters.raised, LaTeXCharacters.lowered,
      ].flatMap(\.keys) + Decomposition.ofLetters.keys + (0x20...0x7e).map { Unicode.Scalar($0 as UInt8) }
    let claims = known.sorted().enumerated().map { index, scalar in
      NumberClaim(
        name: "n\(index)", printed: "w\(index)\(scalar)z", sources: ["a"], derivation: "\(scalar.value)")
    }
    let prose = claims.reduce(Prose("")) { $0 + "\(number: $1.name) " }
    let tables = stride(from: 0, to: claims.count, by: 40).map { start -> PaperSection.Block in
      let rows = claims[start..<min(start + 40, claims.count)].map { ["\(number: $0.name)"] as [Prose] }
      return .table(PaperTable(name: "t\(start)", caption: "All.", columns: [.init("Text")], rows: rows))
    }
    for blocks in [[PaperSection.Block.paragraph(prose)], tables] {
      let project = LaTeXProject(
        title: "All", authors: ["A"], abstract: "None.", sections: [PaperSection("S", role: .results, blocks)],
        claims: claims)
      let world = World()
      let paper = try await Typesetter.forTests.compile(try await project.tree(keptIn: world), with: world)
      let pages = PrintedText(paper.text.joined)
      #expect(claims.filter { !pages.contains(PrintedText($0.printed)) }.map(\.printed) == [])
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `text of any characters can be typeset once it is made printable`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let texts = (0..<200).map { _ in RandomText.make(length: 1 + random.below(40), by: &random) }
    let claims = texts.enumerated().map { index, text in
      NumberClaim(name: "n\(index)", printed: "w\(text)", sources: ["a"], derivation: "none")
    }
    let blocks = texts.enumerated().map { index, text -> PaperSection.Block in
      .paragraph("\(number: "n\(index)") \(code: text) \(emphasis: text)")
    }
    let project = LaTeXProject(
      title: "x" + texts[0], authors: [texts[1] + "x"], note: Prose(text: texts[2]), abstract: Prose(text: texts[3]),
      sections: [
        PaperSection("x" + texts[4], role: .background, blocks),
        PaperSection("y" + texts[5], role: .background, [.list([Prose(text: texts[6])]), .code([texts[7]])]),
      ], claims: claims, allowances: texts[...5].compactMap { LiteralAllowance($0, because: "a test") })
    // Digits of the abstract and the title belong to no claim here, so only the text is compiled, and its provenance is
    // not checked.
    let world = World()
    let paper = try await Typesetter.forTests.compile(try await project.printable.tree(keptIn: world), with: world)
    try ProvenanceChecker.check(project.printable.usedClaims, standIn: paper.text)
  }

  @Test func `a table that is wider than the text is set smaller`() async throws {
    let wide = String(repeating: "wide ", count: 20)
    let table = PaperTable(
      name: "t", caption: "Wide.", columns: [.init("A"), .init("B")], rows: [[Prose(text: wide), Prose(text: wide)]])
    let project = LaTeXProject(
      title: "Wide", authors: ["A"], abstract: "None.",
      sections: [PaperSection("S", role: .background, [.paragraph("See \(table: "t")."), .table(table)])], claims: [])
    let paper = try await Typesetter.forTests.compile(project, claims: everyClaimHolds, with: World())
    #expect(paper.layout.overfullBoxes.isEmpty && paper.layout.outsideMargins.isEmpty)
  }
}

/// Random text, with characters that no font has.
enum RandomText {
  static func make(length: Int, by random: inout SeededGenerator) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<length {
      let ranges: [ClosedRange<UInt32>] = [
        0x20...0x7e, 0x20...0x7e, 0x20...0x7e, 0...0x1f, 0x80...0x24f, 0x300...0x36f, 0x370...0x3ff, 0x590...0x6ff,
        0x1e00...0x1eff, 0x2000...0x22ff, 0x2500...0x27bf, 0x4e00...0x9fff, 0xfb00...0xfb06, 0x1f300...0x1f6ff,
      ]
      if let scalar = Unicode.Scalar(UInt32.random(in: random.pick(ranges), using: &random)) { text.append(scalar) }
    }
    return String(text)
  }
}
