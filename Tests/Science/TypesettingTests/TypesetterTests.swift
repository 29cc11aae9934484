import PaperModel
import Testing

@testable import Typesetting

@Suite struct TypesetterTests {
  @Test
  func `a paper of five pages compiles without findings, and twice to the same bytes`() async throws {
    let world = World()
    let project = try await SamplePaper.project(keptIn: world)
    let paper = try await Typesetter.forTests.compile(project, claims: everyClaimHolds, with: world)
    #expect(paper.layout == LayoutReport(pages: 5))
    #expect(paper.log.graphics == ["figures/effect.pdf", "figures/curves.pdf"])
    #expect(paper.text.pages.count == 5)
    #expect(paper.text.pages[0].contains("How weight decay moves"))
    #expect(paper.text.joined.contains("−0.63"))
    #expect(await world.steps == ["latex.compile", "pdf.info", "pdf.fonts", "pdf.words", "pdf.text"])
    let again = try await Typesetter.forTests.compile(
      project, claims: everyClaimHolds, with: await World(copying: world))
    #expect(again.pdf == paper.pdf)
    #expect(again.source == paper.source)
    let manuscript = paper.manuscript(title: project.title, claims: project.usedClaims)
    #expect(manuscript.source["numbers.tex"] != nil && manuscript.claims.count == project.usedClaims.count)
    let references = String(decoding: try await world.bytes(of: paper.source["references.bib"]!), as: UTF8.self)
    #expect(references.contains("power2022grokking") && !references.contains("gretton2012kernel"))
  }

  @Test
  func `undefined names are refused before LaTeX runs`() throws {
    for prose in ["\(cite: "nobody2020")", "\(figure: "x")", "\(table: "x")", "\(section: "x")", "\(number: "x")"]
      as [Prose]
    {
      let failure = #expect(throws: Failure.self) { try Self.paper(.paragraph(prose)).files() }
      #expect(failure?.kind == "unknownName")
    }
    let table = PaperTable(name: "t", caption: "T.", columns: [.init("a")], rows: [["b"]])
    #expect(throws: Failure.self) { try Self.paper(.table(table), .table(table)).files() }
    var ragged = table
    ragged.rows = [["a", "b"]]
    #expect(throws: Failure.self) { try Self.paper(.table(ragged)).files() }
  }

  @Test
  func `an error of LaTeX is a failure that quotes the line`() async throws {
    let world = World()
    let source = "\\documentclass{article}\n\\begin{document}\nText with \\undefinedcommand in it.\n\\end{document}\n"
    let tree = FileTree([FileTree.File(path: "paper.tex", blob: try await world.keep([UInt8](source.utf8)))])
    let failure = await #expect(throws: Failure.self) {
      try await Typesetter.forTests.compile(tree, with: world)
    }
    #expect(failure?.kind == "latexError")
    #expect(failure?.message.contains("paper.tex:3: Undefined control sequence.") == true)
    #expect(failure?.message.contains("“Text with \\undefinedcommand in it.”") == true)
  }

  @Test
  func `LaTeX may not read outside its folder, write outside it, or start programs`() async throws {
    let world = World()
    for body in ["\\input{/etc/hostname}", "\\newwrite\\w\\immediate\\openout\\w=/tmp/shoal-was-here.tex"] {
      let source = "\\documentclass{article}\n\\begin{document}\n\(body)\n\\end{document}\n"
      let tree = FileTree([FileTree.File(path: "paper.tex", blob: try await world.keep([UInt8](source.utf8)))])
      await #expect(throws: Failure.self) { try await Typesetter.forTests.compile(tree, with: world) }
    }
    let source = """
      \\documentclass{article}
      \\begin{document}
      \\immediate\\write18{touch written.tex}\\IfFileExists{written.tex}{escaped}{contained}
      \\end{document}
      """
    let own = try await world.keep([UInt8]("system('touch written.tex');\n".utf8))
    let tree = FileTree([
      FileTree.File(path: "paper.tex", blob: try await world.keep([UInt8](source.utf8))),
      FileTree.File(path: "latexmkrc", blob: own), FileTree.File(path: ".latexmkrc", blob: own),
    ])
    let paper = try await Typesetter.forTests.compile(tree, geometry: nil, with: world)
    #expect(paper.text.joined.contains("contained"))
  }

  @Test
  func `problems of the pages are found`() async throws {
    let world = World()
    let source = """
      \\documentclass[10pt]{article}
      \\usepackage{shoalpaper}
      \\begin{document}
      See \\ref{nowhere} and \\citep{nobody}.

      \\noindent\\mbox{This line is much too long for the page, \(String(repeating: "goes on and on, ", count: 8))end}

      \\shoalmark{figure:far}
      \\clearpage
      Half.
      \\clearpage
      \\setcounter{figure}{6}\\refstepcounter{figure}\\label{figure:far}
      Last.
      \\end{document}
      """
    let tree = FileTree([
      FileTree.File(path: "paper.tex", blob: try await world.keep([UInt8](source.utf8))),
      FileTree.File(path: "shoalpaper.sty", blob: try await world.keep(Typesetter.style)),
    ])
    let layout = try await Typesetter.forTests.compile(tree, with: world).layout
    #expect(layout.pages == 3)
    #expect(layout.undefinedReferences == ["nowhere", "nobody"])
    #expect(layout.overfullBoxes.count == 1 && layout.overfullBoxes[0].milliPoints > 5000)
    #expect(layout.outsideMargins.contains { $0.hasPrefix("page 1: ") })
    #expect(layout.warnings.contains("Page 1 is half empty.") && layout.warnings.contains("Page 2 is half empty."))
    #expect(layout.warnings.contains { $0.contains("figure:far stands on page 3, far from page 1") })
  }

  @Test
  func `a PDF that is broken, or none, is refused with a reason`() async throws {
    let world = World()
    for bytes in [[UInt8]("no PDF at all".utf8), Array(PackageResources.effect_pdf.prefix(3000)), []] {
      let blob = try await world.keep(bytes)
      let failure = await #expect(throws: Failure.self) {
        _ = try await Typesetter.forTests.inspect(blob, geometry: nil, with: world)
      }
      #expect(failure?.kind == "unreadablePDF")
    }
  }

  private static func paper(_ blocks: PaperSection.Block...) -> LaTeXProject {
    LaTeXProject(
      title: "T", authors: ["A"], abstract: "A.", sections: [PaperSection("S", role: .background, blocks)], claims: [])
  }
}
