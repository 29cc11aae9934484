import Literature
import PaperModel

/// Writes a paper's content as LaTeX. All checks that need no compiler are made here.
struct LaTeXWriter {
  let project: LaTeXProject
  let names: ProjectNames

  init(_ project: LaTeXProject) throws(Failure) {
    self.project = project
    names = try ProjectNames(project)
  }

  /// The text of `paper.tex`.
  func paper() throws(Failure) -> String {
    let title = try LaTeXText.escape(project.title, at: "the title")
    var authors: [String] = []
    for author in project.authors { authors.append(try LaTeXText.escape(author, at: "the authors")) }
    let affiliation = try LaTeXText.escape(project.affiliation, at: "the affiliation")
    var lines = [
      "\\documentclass[10pt]{article}",
      "\\usepackage{shoalpaper}",
      "\\input{numbers}",
      "\\shoalmetadata{\(Self.hexadecimal(project.title))}",
      "  {\(Self.hexadecimal(project.authors.joined(separator: ", ")))}",
      "\\renewcommand{\\shoalrunning}{\(try LaTeXText.escape(runningTitle, at: "the title"))}",
      "",
      "\\begin{document}",
      "\\shoaltitle{\(title)}{\(authors.joined(separator: ", "))}{\(affiliation)}",
    ]
    if let note = project.note { lines += ["\\shoalnote{\(try latex(note, at: "the note on the first page"))}"] }
    lines += ["\\begin{abstract}", Self.wrapped(try latex(project.abstract, at: "the abstract")), "\\end{abstract}"]
    for section in project.sections { lines += try latex(section) }
    if !names.cited.isEmpty { lines += ["", "\\bibliographystyle{plainnat}", "\\bibliography{references}"] }
    if !project.appendices.isEmpty { lines += ["", "\\appendix"] }
    for section in project.appendices { lines += try latex(section) }
    return (lines + ["\\end{document}", ""]).joined(separator: "\n")
  }

  /// The text of `numbers.tex`: each claim that the text names, with its artifacts.
  func numbers() throws(Failure) -> String {
    var lines = ["% Every number in the results, by name. Made from the paper's claims; do not edit."]
    for claim in project.usedClaims {
      let place = "the number “\(claim.name)”"
      let printed = try LaTeXText.escape(claim.printed.replacing(leadingHyphenWith: "−"), at: place)
      lines.append("\\shoalsetnumber{\(claim.name)}{\(printed)}")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The text of `references.bib`: the cited works only.
  func references() throws(Failure) -> String {
    try BibTeX.text(of: project.bibliography.references.filter { names.cited.contains($0.key) })
  }

  /// At most 70 characters: the title, or the title up to its colon, or cut after a word.
  private var runningTitle: String {
    guard project.title.count > 70 else { return project.title }
    let main = project.title.prefix { $0 != ":" }
    if (20...70).contains(main.count) { return String(main) }
    let cut = project.title.prefix(68)
    let end = cut.lastIndex(of: " ") ?? cut.endIndex
    return cut[..<end] + "…"
  }

  /// UTF-16 with a byte order mark in hexadecimal digits, the form of a PDF's metadata, in which TeX finds nothing to
  /// interpret.
  static func hexadecimal(_ text: String) -> String {
    ([0xfeff] + Array(text.utf16)).map { unit in
      let digits = String(unit, radix: 16, uppercase: true)
      return String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }

  /// Whether a text can be set as a URL or an identifier: printable ASCII without characters that are special to TeX.
  static func isAddress(_ text: String) -> Bool {
    (1...500).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x21...0x7e).contains($0) } && !text.contains { "\\{}%#~^$&\"<>|`".contains($0) }
  }

  /// The text with lines of about 100 columns, broken at spaces, so that the line of an error locates it.
  static func wrapped(_ text: String) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + word.count > 100, !line.hasSuffix("\\") {
        lines.append(line)
        line = String(word)
      } else {
        line += line.isEmpty ? String(word) : " \(word)"
      }
    }
    return (lines + [line]).joined(separator: "\n")
  }
}

extension String {
  fileprivate func replacing(leadingHyphenWith minus: String) -> String {
    hasPrefix("-") ? minus + dropFirst() : self
  }
}
