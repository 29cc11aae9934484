import PaperModel

extension LaTeXWriter {
  /// A table: a float, or, where it may be longer than a page, parts that stand where they are written.
  func latex(_ table: PaperTable) throws(Failure) -> [String] {
    let place = "table “\(table.name)”"
    let parts = Self.parts(of: table)
    let caption = [
      Self.wrapped("  \\caption{\(try latex(table.caption, at: "the caption of \(place)"))}"),
      "  \\label{table:\(table.name)}",
    ]
    let note = try table.note.map { note throws(Failure) in
      Self.wrapped("  \\shoaltablenote{\(try latex(note, at: "the note of \(place)"))}")
    }
    var lines = ["\\shoalmark{table:\(table.name)}"]
    if parts.count == 1 {
      lines += ["\\begin{table}[htbp]", "  \\centering"] + caption
      lines += try body(of: table, parts[0], at: place) + (note.map { [$0] } ?? []) + ["\\end{table}"]
      return lines
    }
    for (index, part) in parts.enumerated() {
      lines.append("\\begin{shoaltablepart}")
      lines += index == 0 ? caption : ["  \\caption*{Table~\\ref{table:\(table.name)}, continued}"]
      lines += try body(of: table, part, at: place)
      if let note, index == parts.count - 1 { lines.append(note) }
      lines.append("\\end{shoaltablepart}")
    }
    return lines
  }

  private func body(of table: PaperTable, _ part: Range<Int>, at place: String) throws(Failure) -> [String] {
    let columns = table.columns.map { column in
      switch column.alignment {
      case .left: "l"
      case .center: "c"
      case .right: "r"
      case .wrapped(let width): "P{\(Self.share(width))\\textwidth}"
      }
    }.joined()
    var lines = [
      "  \\begin{shoaltable}{@{}\(columns)@{}}", "    \\toprule",
      "    \(try row(table.columns.map(\.header), at: "the header of \(place)"))", "    \\midrule",
    ]
    for index in part {
      lines.append("    \(try row(table.rows[index], at: "\(place), row \(index + 1)"))")
      if table.ruledRows.contains(index), index + 1 < part.upperBound { lines.append("    \\midrule") }
    }
    return lines + ["    \\bottomrule", "  \\end{shoaltable}"]
  }

  private func row(_ cells: [Prose], at place: String) throws(Failure) -> String {
    var texts: [String] = []
    for cell in cells { texts.append(try latex(cell, at: place)) }
    return texts.joined(separator: " & ") + " \\\\"
  }

  /// The most lines of a table that surely fit on one page with caption and note.
  private static let mostLines = 36
  /// The lines of a part: few enough that a part which moves to the next page leaves no half page empty.
  private static let linesOfPart = 20

  /// The rows of a table, divided where it may be longer than a page.
  private static func parts(of table: PaperTable) -> [Range<Int>] {
    let heights = table.rows.map { height(of: $0, in: table.columns) }
    guard heights.reduce(0, +) > mostLines else { return [0..<table.rows.count] }
    var parts: [Range<Int>] = []
    var start = 0
    var sum = 0
    for (index, height) in heights.enumerated() {
      if index > start, sum + height > linesOfPart {
        parts.append(start..<index)
        (start, sum) = (index, 0)
      }
      sum += height
    }
    return parts + [start..<heights.count]
  }

  /// How many lines a row has at most. Small type has at least 70 letters in a line of text, or 35 wide ones.
  private static func height(of row: [Prose], in columns: [PaperTable.Column]) -> Int {
    zip(row, columns).map { cell, column in
      guard case .wrapped(let width) = column.alignment else { return 1 }
      return 1 + Int(Double(cell.pieces.map(weight).reduce(0, +)) / max(1, 70 * width))
    }.max() ?? 1
  }

  private static func weight(_ piece: Prose.Piece) -> Int {
    switch piece {
    case .text(let text), .emphasis(let text), .strong(let text), .code(let text), .math(let text), .link(let text):
      text.unicodeScalars.reduce(0) { $0 + ($1.isASCII && !("A"..."Z" ~= $1) ? 1 : 2) }
    case .number, .citation, .textualCitation, .figure, .table, .section: 12
    }
  }
}
