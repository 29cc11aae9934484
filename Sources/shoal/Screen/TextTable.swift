/// Rows in columns, numbers to the right.
struct TextTable {
  struct Column {
    let title: String
    var isNumber = false
    /// The column that is cut where the table is wider than the screen.
    var mayShrink = false
  }

  let columns: [Column]
  private(set) var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count)
    rows.append(cells.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") })
  }

  /// The table as text, no wider than `width` if a column may shrink.
  func text(width: Int) -> String {
    var widths = columns.indices.map { index in
      rows.reduce(columns[index].title.count) { max($0, $1[index].count) }
    }
    let excess = widths.reduce(0, +) + 2 * (columns.count - 1) - width
    if excess > 0, let index = columns.firstIndex(where: \.mayShrink) {
      widths[index] = max(12, widths[index] - excess)
    }
    let head = line(columns.map(\.title), widths)
    return ([head] + rows.map { line($0, widths) }).joined(separator: "\n")
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var parts: [String] = []
    for (index, cell) in cells.enumerated() {
      let cut = cell.count > widths[index] ? cell.prefix(widths[index] - 1) + "…" : cell[...]
      let space = String(repeating: " ", count: widths[index] - cut.count)
      parts.append(columns[index].isNumber ? space + cut : cut + space)
    }
    var text = parts.joined(separator: "  ")
    while text.last == " " { text.removeLast() }
    return text
  }
}
