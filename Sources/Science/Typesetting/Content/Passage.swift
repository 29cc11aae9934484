/// A piece of a paper's text, its place, and whether its numbers must be claims.
struct Passage {
  let place: String
  let mustClaim: Bool
  let prose: Prose
}

extension LaTeXProject {
  /// All text of the paper, in order.
  var passages: [Passage] {
    var passages = [
      Passage(place: "the title", mustClaim: true, prose: Prose(text: title)),
      Passage(place: "the abstract", mustClaim: true, prose: abstract),
    ]
    if let note { passages.append(Passage(place: "the note on the first page", mustClaim: true, prose: note)) }
    for section in allSections {
      let isResult = section.role == .results
      passages.append(
        Passage(place: "the heading “\(section.title)”", mustClaim: isResult, prose: Prose(text: section.title)))
      for (index, block) in section.blocks.enumerated() {
        let place = "section “\(section.title)”, block \(index + 1)"
        passages += block.passages(place, isResult: isResult)
      }
    }
    return passages
  }
}

extension PaperSection.Block {
  fileprivate func passages(_ place: String, isResult: Bool) -> [Passage] {
    func passage(_ prose: Prose) -> Passage { Passage(place: place, mustClaim: isResult, prose: prose) }
    switch self {
    case .paragraph(let prose): return [passage(prose)]
    case .heading(let text): return [passage(Prose(text: text))]
    case .list(let items), .numberedList(let items): return items.map(passage)
    case .formula(let formula): return [passage(Prose([.math(formula)]))]
    case .code(let lines): return lines.map { passage(Prose([.code($0)])) }
    case .figure(let figure):
      return [Passage(place: "the caption of figure “\(figure.name)”", mustClaim: isResult, prose: figure.caption)]
    case .table(let table): return table.passages(isResult: isResult)
    }
  }
}

extension PaperTable {
  /// A table's cells are numbers in any section, so they must always be claims; its header and text must be if it is in
  /// results.
  fileprivate func passages(isResult: Bool) -> [Passage] {
    var passages = [Passage(place: "the caption of table “\(name)”", mustClaim: isResult, prose: caption)]
    for (index, column) in columns.enumerated() {
      passages.append(
        Passage(place: "table “\(name)”, header \(index + 1)", mustClaim: isResult, prose: column.header))
    }
    for (row, cells) in rows.enumerated() {
      for (column, cell) in cells.enumerated() {
        passages.append(
          Passage(place: "table “\(name)”, row \(row + 1), column \(column + 1)", mustClaim: true, prose: cell))
      }
    }
    if let note { passages.append(Passage(place: "the note of table “\(name)”", mustClaim: isResult, prose: note)) }
    return passages
  }
}
