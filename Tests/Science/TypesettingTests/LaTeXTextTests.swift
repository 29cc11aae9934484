import GeneratorTestSupport
import PaperModel
import Testing

@testable import Typesetting

@Suite struct LaTeXTextTests {
  @Test(arguments: [
    (#"\input{x}"#, #"\textbackslash{}input\{x\}"#), ("50% & $3 #1 a_b", ##"50\% \& \$3 \#1 a\_b"##),
    ("a^b~c", #"a\textasciicircum{}b\textasciitilde{}c"#), ("x -- y", "x -{}- y"), ("[a]*", "{[}a{]}{*}"),
    ("two\n\n\tlines", "two lines"), ("±0.1 × 10⁻³", #"\ensuremath{\pm}0.1 \ensuremath{\times} 10\shoalsuper{-3}"#),
    ("β₂ ≤ 1", #"\ensuremath{\beta}\shoalsub{2} \ensuremath{\leq} 1"#), ("Székely", #"Sz\'{e}kely"#),
    ("e\u{301}", #"\'{e}"#), ("naïve", #"na\"{\i}ve"#), ("Łukasz", #"\L{}ukasz"#),
    ("\"so\"", #"\textquotedblleft{}so\textquotedblright{}"#), ("it's", #"it\textquoteright{}s"#),
  ])
  func `characters that are special to LaTeX are printed`(text: String, latex: String) throws {
    #expect(try LaTeXText.escape(text) == latex)
  }

  @Test(arguments: ["a\u{0}b", "\u{202e}x", "\u{200b}", "😀", "漢", "\u{1b}[0m", "e\u{489}", "\u{feff}"])
  func `hidden characters, and those that the fonts lack, are refused by name`(text: String) {
    let failure = #expect(throws: Failure.self) { try LaTeXText.escape(text, at: "the title") }
    #expect(failure?.kind == "untypesettable")
    #expect(failure?.message.contains("U+") == true && failure?.message.contains("the title") == true)
  }

  @Test
  func `any text can be made printable`() throws {
    let text = LaTeXText.replacingUnprintable(in: "ok 😀 \u{7}\u{202e} é 漢\n")
    #expect(text == "ok □ □□ é □\n")
    let mark = #"\ensuremath{\square}"#
    #expect(try LaTeXText.escape(text) == "ok \(mark) \(mark)\(mark) \\'{e} \(mark) ")
  }

  @Test(arguments: [
    #"\input{x}"#, #"\write18{ls}"#, "a}{b", "$x", "x%", #"\def\x{}"#, #"\csname x\endcsname"#, "{", #"\left( x"#,
    "x & y", "é",
  ])
  func `formulas may only print`(formula: String) {
    #expect(throws: Failure.self) { try MathText.checked(formula, at: "a test") }
  }

  @Test(arguments: ["https://a.b/%20", "a b", #"x\y"#, "x}", "", "é"])
  func `addresses with signs that LaTeX reads are refused`(address: String) {
    #expect(!LaTeXWriter.isAddress(address))
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `random text compiles, or is refused before LaTeX runs`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let known =
      [
        LaTeXCharacters.special, LaTeXCharacters.commands, LaTeXCharacters.letters, LaTeXCharacters.mathematics,
        LaTeXCharacters.raised, LaTeXCharacters.lowered,
      ].flatMap(\.keys).sorted() + Decomposition.ofLetters.keys.sorted() + LaTeXCharacters.accents.keys.sorted()
    let ascii = (0x20...0x7e).map { Unicode.Scalar($0 as UInt8) }
    var texts: [String] = []
    var refused = 0
    while texts.count < 400 {
      var text = "x".unicodeScalars
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<50: text.append(known.randomElement(using: &random)!)
        case 50..<98: text.append(ascii.randomElement(using: &random)!)
        default: text.append(Unicode.Scalar(UInt32.random(in: 0...0xd7ff, using: &random))!)
        }
      }
      if (try? LaTeXText.escape(String(text))) != nil, (try? LaTeXText.escapeCode(String(text))) != nil {
        texts.append(String(text))
      } else {
        refused += 1
      }
    }
    #expect(refused > 0)
    let world = World()
    var blocks: [PaperSection.Block] = []
    for (index, text) in texts.enumerated() {
      switch index % 5 {
      case 0: blocks.append(.paragraph("\(text) \(code: text)"))
      case 1: blocks.append(.list([Prose(text: text), "\(emphasis: text)"]))
      case 2: blocks.append(.heading(text))
      case 3: blocks.append(.code([text]))
      default: blocks.append(.paragraph("\(strong: text)\(text)"))
      }
    }
    let project = LaTeXProject(
      title: "Random text", authors: [texts[0]], abstract: "None.",
      sections: [PaperSection("Text", role: .background, blocks)], claims: [])
    let paper = try await Typesetter.forTests.compile(project, claims: everyClaimHolds, with: world)
    #expect(paper.log.fontWarnings.isEmpty)
    #expect(paper.layout.fontsNotEmbedded.isEmpty)
    #expect(!paper.layout.warnings.contains { $0.contains("Type 3") })
  }
}
