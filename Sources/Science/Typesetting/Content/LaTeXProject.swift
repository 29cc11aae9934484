public import Literature
public import PaperModel

/// The content of a paper: its text, and where its numbers come from. `files()` turns it into LaTeX.
public struct LaTeXProject: Hashable, Sendable, Codable {
  /// The title as plain text.
  public var title: String
  /// The names of the authors, e.g. `Shoal, sweep scientist`.
  public var authors: [String]
  /// A line below the authors; empty for none.
  public var affiliation: String
  /// A note at the foot of the first page; nil for none.
  public var note: Prose?
  /// The abstract. Its numbers must be claims.
  public var abstract: Prose
  /// The sections in order.
  public var sections: [PaperSection]
  /// The sections after the references, lettered.
  public var appendices: [PaperSection]
  /// The numbers that the text may name.
  public var claims: [NumberClaim]
  /// The phrases with digits that are allowed in results.
  public var allowances: [LiteralAllowance]
  /// The works that the text may cite.
  public var bibliography: Bibliography

  public init(
    title: String, authors: [String], affiliation: String = "", note: Prose? = nil, abstract: Prose,
    sections: [PaperSection], appendices: [PaperSection] = [], claims: [NumberClaim],
    allowances: [LiteralAllowance] = [], bibliography: Bibliography = .standard
  ) {
    self.title = title
    self.authors = authors
    self.affiliation = affiliation
    self.note = note
    self.abstract = abstract
    self.sections = sections
    self.appendices = appendices
    self.claims = claims
    self.allowances = allowances
    self.bibliography = bibliography
  }

  /// All sections, the appendices last.
  var allSections: [PaperSection] { sections + appendices }

  /// The figures in order.
  public var figures: [PaperFigure] {
    allSections.flatMap(\.blocks).compactMap { if case .figure(let figure) = $0 { figure } else { nil } }
  }

  /// The tables in order.
  public var tables: [PaperTable] {
    allSections.flatMap(\.blocks).compactMap { if case .table(let table) = $0 { table } else { nil } }
  }

  /// The claims whose numbers the text names, in the order of `claims`.
  public var usedClaims: [NumberClaim] {
    let names = Set(
      passages.flatMap(\.prose.pieces).compactMap { if case .number(let name) = $0 { name } else { nil } })
    return claims.filter { names.contains($0.name) }
  }
}

extension LaTeXProject {
  /// The text files of the LaTeX project, by path: `paper.tex`, `numbers.tex`, `references.bib`, `shoalpaper.sty` and
  /// `latexmkrc`. Its pictures belong into `figures/`.
  /// - Throws: `Failure` that names what can't be typeset, is used but not defined, or is defined twice.
  public func files() throws(Failure) -> [String: [UInt8]] {
    let writer = try LaTeXWriter(self)
    var files = [
      "paper.tex": [UInt8](try writer.paper().utf8), "numbers.tex": [UInt8](try writer.numbers().utf8),
      "shoalpaper.sty": PackageResources.shoalpaper_sty, "latexmkrc": PackageResources.latexmkrc,
    ]
    if !writer.names.cited.isEmpty { files["references.bib"] = [UInt8](try writer.references().utf8) }
    return files
  }

  /// The whole LaTeX project, pictures included, stored in a blob store.
  /// - Throws: as `files()`, and the errors of the store.
  public func tree(keptIn blobs: any BlobStore) async throws -> FileTree {
    var tree: [FileTree.File] = []
    for (path, bytes) in try files().sorted(by: { $0.key < $1.key }) {
      tree.append(FileTree.File(path: path, blob: try await blobs.keep(bytes)))
    }
    return FileTree(tree + figures.map { FileTree.File(path: "figures/\($0.file)", blob: $0.blob) })
  }
}
