public import PaperModel

/// Compiles papers and inspects PDFs, each with a contained program that is a step of its own.
public struct Typesetter: Sendable {
  let runner: any ProgramRunner
  let prices: Prices
  let timeLimitSeconds: Int

  /// The layout of a paper, `shoalpaper.sty`.
  static let style = PackageResources.shoalpaper_sty

  /// Creates a typesetter.
  /// - Parameters:
  ///   - runner: runs the contained programs, with the toolchains `latex` and `pdf`.
  ///   - prices: the prices of its steps.
  ///   - timeLimitSeconds: the longest that a compilation may take; inspecting a PDF may take a quarter of it.
  public init(runner: any ProgramRunner, prices: Prices = .standard, timeLimitSeconds: Int = 120) {
    precondition(timeLimitSeconds >= 4)
    self.runner = runner
    self.prices = prices
    self.timeLimitSeconds = timeLimitSeconds
  }

  /// Checks a paper's content and where its numbers come from, compiles it, and checks the pages.
  /// - Parameter source: recomputes each claim that the text names.
  /// - Throws: `Failure` of kind `unclaimedNumber`, `falseClaim`, `numberNotPrinted`, `unknownName`, `duplicateName`,
  ///   `untypesettable`, `latexError` (with the line of the source) or `latexStopped`; the errors of the surroundings;
  ///   `CancellationError`, with all processes gone.
  public func compile(
    _ project: LaTeXProject, claims source: any ClaimSource, with surroundings: any Surroundings
  ) async throws -> CompiledPaper {
    let names = try ProjectNames(project)
    try ProvenanceChecker.check(project)
    try await ProvenanceChecker.check(project.usedClaims, against: source)
    let tree = try await project.tree(keptIn: surroundings)
    var paper = try await compile(tree, with: surroundings)
    try ProvenanceChecker.check(project.usedClaims, standIn: paper.text)
    paper.layout.warnings += names.unmentioned.map { "The text never refers to \($0)." }
    for figure in project.figures where !paper.log.graphics.contains("figures/\(figure.file)") {
      paper.layout.warnings.append("The picture figures/\(figure.file) is not in the PDF.")
    }
    return paper
  }

  /// Compiles any LaTeX project with `latexmk`, and checks the pages.
  /// - Parameters:
  ///   - tree: its files. A `latexmkrc` among them is used only if it is Shoal's own.
  ///   - main: the file to compile, at the top of the tree.
  ///   - geometry: where text may stand; nil if that is not known.
  /// - Throws: as `compile(_:claims:with:)`.
  public func compile(
    _ tree: FileTree, main: String = "paper.tex", geometry: PageGeometry? = .shoal,
    with surroundings: any Surroundings
  ) async throws -> CompiledPaper {
    guard main.hasSuffix(".tex"), ProjectNames.isName(main), !main.contains("/"), tree[main] != nil else {
      throw Failure(kind: "untypesettable", "“\(main)” is no LaTeX file at the top of the project.")
    }
    let settings = try await surroundings.keep(PackageResources.latexmkrc)
    let compilation = Compilation(main: main, tree: tree, settings: settings, timeLimitSeconds: timeLimitSeconds)
    let outcome = try await surroundings.execute("latex.compile", compilation.program, by: runner, prices: prices)
    let log = LaTeXLogParser().parse(try await bytes(compilation.log, of: outcome, surroundings) ?? [])
    guard outcome.succeeded, let pdf = outcome.files[compilation.pdf] else {
      throw await compilation.failure(of: outcome, log: log, with: surroundings)
    }
    let pages = try await inspect(pdf, geometry: geometry, with: surroundings)
    let text = try await text(of: pdf, with: surroundings)
    let auxiliary = try await bytes(compilation.auxiliary, of: outcome, surroundings) ?? []
    let layout = LayoutReport(log: log, pages: pages, notes: FloatPlaces.strays(in: auxiliary))
    return CompiledPaper(pdf: pdf, source: tree, log: log, layout: layout, text: text)
  }

  /// The bytes of a file that a program left; nil if it left none, or one over 16 MiB.
  func bytes(
    _ path: String, of outcome: ProgramOutcome, _ surroundings: any Surroundings
  ) async throws -> [UInt8]? {
    guard let blob = outcome.files[path], blob.size <= 16 * 1024 * 1024 else { return nil }
    return try await surroundings.bytes(of: blob)
  }
}
