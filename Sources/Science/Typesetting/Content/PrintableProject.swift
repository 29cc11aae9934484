import PaperModel

extension LaTeXProject {
  /// The paper with a mark in place of each character that can't be typeset.
  public var printable: LaTeXProject {
    var project = self
    project.title = LaTeXText.replacingUnprintable(in: title)
    project.authors = authors.map(LaTeXText.replacingUnprintable)
    project.affiliation = LaTeXText.replacingUnprintable(in: affiliation)
    project.note = note?.printable
    project.abstract = abstract.printable
    project.sections = sections.map(\.printable)
    project.appendices = appendices.map(\.printable)
    for index in claims.indices {
      project.claims[index].printed = LaTeXText.replacingUnprintable(in: claims[index].printed)
    }
    project.allowances = allowances.compactMap {
      LiteralAllowance(LaTeXText.replacingUnprintable(in: $0.phrase), because: $0.reason)
    }
    return project
  }
}

extension Prose {
  fileprivate var printable: Prose {
    Prose(
      pieces.map { piece in
        switch piece {
        case .text(let text): .text(LaTeXText.replacingUnprintable(in: text))
        case .emphasis(let text): .emphasis(LaTeXText.replacingUnprintable(in: text))
        case .strong(let text): .strong(LaTeXText.replacingUnprintable(in: text))
        case .code(let text): .code(LaTeXText.replacingUnprintable(in: text))
        default: piece
        }
      })
  }
}

extension PaperSection {
  fileprivate var printable: PaperSection {
    var section = self
    section.title = LaTeXText.replacingUnprintable(in: title)
    section.blocks = blocks.map(\.printable)
    return section
  }
}

extension PaperSection.Block {
  fileprivate var printable: PaperSection.Block {
    switch self {
    case .paragraph(let prose): return .paragraph(prose.printable)
    case .heading(let text): return .heading(LaTeXText.replacingUnprintable(in: text))
    case .list(let items): return .list(items.map(\.printable))
    case .numberedList(let items): return .numberedList(items.map(\.printable))
    case .code(let lines): return .code(lines.map(LaTeXText.replacingUnprintable))
    case .formula: return self
    case .figure(var figure):
      figure.caption = figure.caption.printable
      return .figure(figure)
    case .table(var table):
      table.caption = table.caption.printable
      table.note = table.note?.printable
      for index in table.columns.indices { table.columns[index].header = table.columns[index].header.printable }
      table.rows = table.rows.map { $0.map(\.printable) }
      return .table(table)
    }
  }
}
