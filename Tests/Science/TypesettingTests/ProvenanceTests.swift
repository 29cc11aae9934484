import PaperModel
import Testing

@testable import Typesetting

@Suite struct ProvenanceTests {
  private static let claim = NumberClaim(
    name: "run_1.accuracy", printed: "0.97", sources: ["run_1/final_info.json"], derivation: "mean over seeds")

  private func project(
    results: Prose, abstract: Prose = "Short.", allowances: [LiteralAllowance] = [],
    blocks: [PaperSection.Block] = []
  ) -> LaTeXProject {
    LaTeXProject(
      title: "A study", authors: ["Somebody"], abstract: abstract,
      sections: [
        PaperSection("Method", role: .background, [.paragraph("We use 64 units and 10,000 resamples.")] + blocks),
        PaperSection("Results", role: .results, [.paragraph(results)]),
      ], claims: [Self.claim], allowances: allowances)
  }

  @Test
  func `a false number planted in the results is refused with its place`() throws {
    let failure = #expect(throws: Failure.self) {
      try ProvenanceChecker.check(project(results: "It reached \(number: "run_1.accuracy"), not 0.99 as before."))
    }
    #expect(failure?.kind == "unclaimedNumber")
    #expect(failure?.message.contains("“0.99”") == true)
    #expect(failure?.message.contains("section “Results”, block 1") == true)
  }

  @Test(
    arguments: [
      "x² fold", "½ of it", "٣ seeds", "5x faster", "\(emphasis: "42")", "\(code: "0.9")", "\(math: "p < 0.05")",
      "\(strong: "1")\(emphasis: "2")", "a\u{a0}7", "\(link: "https://a.b/99")", "-\(number: "run_1.accuracy")",
      "0.\(number: "run_1.accuracy")", "\(number: "run_1.accuracy")\(number: "run_1.accuracy")",
      "\(number: "run_1.accuracy")0",
    ] as [Prose])
  func `digits in any script are found`(prose: Prose) {
    #expect(!ProvenanceChecker.findings(in: project(results: prose)).isEmpty)
  }

  @Test(
    arguments: [
      "\(number: "run_1.accuracy")", "in \(code: "run_1/final_info.json")", "\(cite: "power2022grokking")",
      "from \(number: "run_1.accuracy")–\(number: "run_1.accuracy")", "[\(number: "run_1.accuracy")]",
      "\(math: "\\alpha")",
    ] as [Prose])
  func `names, references and claims are no literal numbers`(prose: Prose) {
    #expect(ProvenanceChecker.findings(in: project(results: prose)).isEmpty)
  }

  @Test
  func `an allowed phrase is allowed whole, and no other number with it`() throws {
    #expect(LiteralAllowance("95", because: "a bare number") == nil)
    let allowance = try #require(LiteralAllowance("5% interval", because: "the level of the intervals"))
    func findings(_ prose: Prose) -> [String] {
      ProvenanceChecker.findings(in: project(results: prose, allowances: [allowance])).map(\.literal)
    }
    #expect(findings("a 5% interval.").isEmpty)
    #expect(findings("a 5%\u{a0}interval").isEmpty)
    #expect(findings("a 95% interval") == ["95%"])
    #expect(findings("a 1.5% interval") == ["1.5%"])
    #expect(findings("a -5% interval") == ["-5%"])
    #expect(findings("a 5% interval of 3") == ["3"])
  }

  @Test
  func `the abstract, the title and the cells of any table are looked at, the method's text is not`() {
    let table = PaperTable(name: "t", caption: "Ten.", columns: [.init("n1")], rows: [["7"]], note: "8")
    var paper = project(results: "None.", abstract: "We gain 3 points.", blocks: [.table(table)])
    paper.title = "A gain of 40%"
    #expect(ProvenanceChecker.findings(in: paper).map(\.literal) == ["40%", "3", "7"])
  }

  @Test
  func `a claim that its artifacts do not bear out is refused by name`() async throws {
    let failure = await #expect(throws: Failure.self) {
      try await ProvenanceChecker.check([Self.claim], against: PrintedClaims { _ in "0.79" })
    }
    #expect(failure?.kind == "falseClaim")
    #expect(failure?.message.contains("“run_1.accuracy” is printed as “0.97”, but its artifacts say “0.79”") == true)
    await #expect(throws: Failure.self) {
      try await ProvenanceChecker.check([Self.claim], against: PrintedClaims { _ in nil })
    }
    try await ProvenanceChecker.check([Self.claim], against: everyClaimHolds)
  }

  @Test
  func `a number that is not on the pages is reported`() throws {
    var claim = Self.claim
    claim.printed = "-1.2 × 10⁻³"
    try ProvenanceChecker.check([claim], standIn: PDFText(pages: ["a −1.2 × 10−3 b"]))
    let failure = #expect(throws: Failure.self) {
      try ProvenanceChecker.check([claim], standIn: PDFText(pages: ["1.2"]))
    }
    #expect(failure?.kind == "numberNotPrinted")
  }

  @Test
  func `a paper with a false number is not compiled at all`() async {
    let world = World()
    let planted = project(results: "We gain 12%.")
    await #expect(throws: Failure.self) {
      try await Typesetter.forTests.compile(planted, claims: everyClaimHolds, with: world)
    }
    let lying = project(results: "\(number: "run_1.accuracy")")
    await #expect(throws: Failure.self) {
      try await Typesetter.forTests.compile(lying, claims: PrintedClaims { _ in "0.5" }, with: world)
    }
    #expect(await world.steps.isEmpty)
  }
}
