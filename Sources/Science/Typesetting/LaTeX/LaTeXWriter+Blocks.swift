import PaperModel

extension LaTeXWriter {
  /// A section with all its blocks.
  func latex(_ section: PaperSection) throws(Failure) -> [String] {
    let title = try heading(section.title)
    let label = section.name.map { "\\label{section:\($0)}" } ?? ""
    var lines = ["", "\\section{\(title)}\(label)"]
    var followsFormula = false
    for (index, block) in section.blocks.enumerated() {
      var latex = try latex(block, at: "section “\(section.title)”, block \(index + 1)")
      // Text after a formula continues the formula's paragraph.
      if followsFormula, latex.first == "" { latex.removeFirst() }
      lines += latex
      if case .formula = block { followsFormula = true } else { followsFormula = false }
    }
    return lines
  }

  private func latex(_ block: PaperSection.Block, at place: String) throws(Failure) -> [String] {
    switch block {
    case .paragraph(let prose): return ["", Self.wrapped(try latex(prose, at: place))]
    case .heading(let title): return ["", "\\subsection{\(try heading(title))}"]
    case .list(let items): return try list("itemize", items, at: place)
    case .numberedList(let items): return try list("enumerate", items, at: place)
    case .table(let table): return try latex(table)
    case .figure(let figure): return try latex(figure)
    case .formula(let formula):
      return ["\\begin{equation*}", try MathText.checked(formula, at: place), "\\end{equation*}"]
    case .code(let lines): return try code(lines, at: place)
    }
  }

  /// A heading for the page, and one of ASCII for the outline if it contains LaTeX commands.
  private func heading(_ text: String) throws(Failure) -> String {
    let latex = try LaTeXText.escape(text, at: "the heading “\(text.prefix(80))”")
    guard latex.contains("\\") else { return latex }
    return "\\texorpdfstring{\(latex)}{\(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == " ") })}"
  }

  private func list(_ environment: String, _ items: [Prose], at place: String) throws(Failure) -> [String] {
    guard !items.isEmpty else { throw Failure(kind: "untypesettable", "The list in \(place) has no items.") }
    var lines = ["\\begin{\(environment)}"]
    for item in items { lines.append(Self.wrapped("\\item \(try latex(item, at: place))")) }
    return lines + ["\\end{\(environment)}"]
  }

  private func code(_ code: [String], at place: String) throws(Failure) -> [String] {
    guard code.count <= 200 else { throw Failure(kind: "untypesettable", "The code in \(place) has over 200 lines.") }
    var lines = ["\\begin{shoalcode}"]
    for line in code { lines.append("\\shoalcodeline{\(try LaTeXText.escapeCode(line, at: place))}") }
    return lines + ["\\end{shoalcode}"]
  }

  /// A figure, with a mark at its place in the text, so that a float that strays can be found.
  private func latex(_ figure: PaperFigure) throws(Failure) -> [String] {
    [
      "\\shoalmark{figure:\(figure.name)}", "\\begin{figure}[htbp]", "  \\centering",
      "  \\includegraphics[width=\(Self.share(figure.width))\\textwidth]{figures/\(figure.file)}",
      Self.wrapped("  \\caption{\(try latex(figure.caption, at: "the caption of figure “\(figure.name)”"))}"),
      "  \\label{figure:\(figure.name)}", "\\end{figure}",
    ]
  }

  /// A share of the text's width with three decimals.
  static func share(_ width: Double) -> String {
    let thousandths = Int((width * 1000).rounded())
    let decimals = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - decimals.count) + decimals
  }

  func latex(_ prose: Prose, at place: String) throws(Failure) -> String {
    var latex = ""
    for piece in prose.pieces { latex += try self.latex(piece, at: place) }
    return latex
  }

  private func latex(_ piece: Prose.Piece, at place: String) throws(Failure) -> String {
    switch piece {
    case .text(let text): return try LaTeXText.escape(text, at: place)
    case .number(let name): return "\\shoalnumber{\(name)}"
    case .citation(let keys): return "\\citep{\(keys.joined(separator: ","))}"
    case .textualCitation(let key): return "\\citet{\(key)}"
    case .figure(let name): return "Figure~\\ref{figure:\(name)}"
    case .table(let name): return "Table~\\ref{table:\(name)}"
    case .section(let name): return "Section~\\ref{section:\(name)}"
    case .emphasis(let text): return "\\emph{\(try LaTeXText.escape(text, at: place))}"
    case .strong(let text): return "\\textbf{\(try LaTeXText.escape(text, at: place))}"
    case .code(let text): return "\\texttt{\(try LaTeXText.escapeCode(text, at: place))}"
    case .math(let formula): return "$\(try MathText.checked(formula, at: place))$"
    case .link(let address):
      guard Self.isAddress(address) else {
        throw Failure(kind: "untypesettable", "The address “\(address.prefix(80))” in \(place) is none.")
      }
      return "\\url{\(address)}"
    }
  }
}
