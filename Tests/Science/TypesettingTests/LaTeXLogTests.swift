import GeneratorTestSupport
import Testing

@testable import Typesetting

@Suite struct LaTeXLogTests {
  @Test(arguments: [PackageResources.log_wrapped_txt, PackageResources.log_whole_txt])
  func `a log is parsed the same whether TeX broke its long lines or not`(bytes: [UInt8]) {
    let log = LaTeXLogParser().parse(bytes)
    #expect(
      log.undefinedReferences == [
        "nowhere-with-a-rather-long-name-that-makes-the-line-longer-than-the-limit"
      ])
    #expect(log.undefinedCitations == ["nobody2020"])
    #expect(log.duplicateLabels == ["same"])
    #expect(log.overfull.map(\.milliPoints) == [155_000, 220_417, 30_000, 40_022])
    #expect(log.overfull.map(\.isVertical) == [false, false, true, false])
    #expect(log.overfull[0].place == "in paragraph at lines 9--10")
    #expect(log.underfull.count == 1)
    #expect(
      log.fontWarnings.first
        == "Font shape `T1/nosuch/m/n' undefined using `T1/cmr/m/n' instead on input line 15.")
    #expect(log.warnings.contains { $0.hasPrefix("hyperref: Token not allowed in a PDF string (Unicode): removing") })
    #expect(log.errors.isEmpty && !log.wantsRerun && !log.isCut)
  }

  @Test(arguments: [PackageResources.log_located_txt, PackageResources.log_plain_txt])
  func `an error has its line and the text there`(bytes: [UInt8]) throws {
    let error = try #require(LaTeXLogParser().parse(bytes).errors.first)
    #expect(error.message == "Undefined control sequence.")
    #expect(error.line == 4)
    #expect(error.context == #"Some text \undefinedcommand"#)
  }

  @Test
  func `a missing picture is named`() {
    let log = LaTeXLogParser().parse(PackageResources.log_missing_txt)
    #expect(log.missingFiles == ["figures/missing"])
    #expect(log.errors.first?.line == 4)
  }

  @Test
  func `a wish for another run is seen, and the files that runs make are not missing`() {
    let text = """
      No file paper.bbl.
      LaTeX Warning: Label(s) may have changed. Rerun to get cross-references right.
      """
    let log = LaTeXLogParser().parse([UInt8](text.utf8))
    #expect(log.wantsRerun)
    #expect(log.missingFiles.isEmpty)
  }

  @Test
  func `a hostile log is read within limits`() {
    var text = String(repeating: "! ", count: 100_000) + "\n"
    for index in 0..<5000 { text += "LaTeX Warning: Reference `r\(index)' on page 1 undefined.\n" }
    for index in 0..<5000 { text += "Package p Warning: \(index)\n(p)" + String(repeating: "x", count: 900) + "\n" }
    text +=
      "Overfull \\hbox (1e999pt too wide) in x\nOverfull \\hbox (nanpt too wide)\nOverfull \\hbox (\n"
    text += "./a.b:99999999999999999999: x\n"
    text += String(repeating: String(repeating: "y", count: 79) + "\n", count: 3000)
    let log = LaTeXLogParser().parse([UInt8](text.utf8) + [0xff, 0xfe, 0x00])
    #expect(log.isCut)
    #expect(log.undefinedReferences.count == 200)
    #expect(log.warnings.count == 200)
    #expect(log.warnings.allSatisfy { $0.count <= 300 })
    #expect(log.errors.allSatisfy { $0.message.count <= 300 })
  }

  @Test(arguments: 0..<50)
  func `any bytes can be read`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let parts = [
      "! ", "l.", "(", ")", "\n", "Overfull \\hbox (", "pt too wide)", "LaTeX Warning: ", "Citation `", "'", ":1: ",
    ]
    var bytes: [UInt8] = []
    for _ in 0..<2000 {
      bytes += Array(parts.randomElement(using: &random)!.utf8)
      bytes.append(UInt8.random(in: 0...255, using: &random))
    }
    let log = LaTeXLogParser().parse(bytes)
    #expect(log.errors.count <= 200 && log.overfull.count <= 200 && log.warnings.count <= 200)
  }
}
