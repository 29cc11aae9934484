/// Rows in columns, numbers aligned right.
struct TextTable {
  struct Column {
    let title: String
    var isNumber = false
    /// Whether the cells are amounts of dollars, which are shown with the same number of decimals.
    var isMoney = false
    /// The column that is cut if the table is wider than the screen.
    var mayShrink = false
    /// Whether the column may be left out if the table is wider than the screen; the last such column goes first.
    var mayBeLeftOut = false
  }

  let columns: [Column]
  private(set) var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count)
    rows.append(cells.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") })
  }

  /// The table as text, no wider than `width` if columns may shrink or be left out.
  func text(width: Int) -> String {
    let rows = withEqualDecimals
    var widths = columns.indices.map { index in
      rows.reduce(columns[index].title.count) { max($0, $1[index].count) }
    }
    var shown = Array(columns.indices)
    // Before a column shrinks to less than half, others are left out.
    func least(_ index: Int) -> Int { columns[index].mayShrink ? min(widths[index], 24) : widths[index] }
    func total(_ width: (Int) -> Int) -> Int { shown.reduce(2 * (shown.count - 1)) { $0 + width($1) } }
    while total(least) > width, let index = shown.lastIndex(where: { columns[$0].mayBeLeftOut }) {
      shown.remove(at: index)
    }
    let excess = total { widths[$0] } - width
    if excess > 0, let index = shown.first(where: { columns[$0].mayShrink }) {
      widths[index] = max(12, widths[index] - excess)
    }
    let head = line(columns.map(\.title), widths, shown)
    return ([head] + rows.map { line($0, widths, shown) }).joined(separator: "\n")
  }

  private var withEqualDecimals: [[String]] {
    var rows = rows
    for index in columns.indices where columns[index].isMoney {
      let most = rows.reduce(2) { max($0, Self.decimals($1[index]) ?? 0) }
      for row in rows.indices {
        guard let own = Self.decimals(rows[row][index]) else { continue }
        rows[row][index] += String(repeating: "0", count: most - own)
      }
    }
    return rows
  }

  /// The number of decimals of an amount; nil for other cells.
  private static func decimals(_ cell: String) -> Int? {
    guard cell.hasPrefix("$") || cell.hasPrefix("-$"), let point = cell.lastIndex(of: ".") else { return nil }
    return cell.distance(from: point, to: cell.endIndex) - 1
  }

  private func line(_ cells: [String], _ widths: [Int], _ shown: [Int]) -> String {
    var parts: [String] = []
    for index in shown {
      let cell = cells[index]
      let cut = cell.count > widths[index] ? cell.prefix(widths[index] - 1) + "…" : cell[...]
      let space = String(repeating: " ", count: widths[index] - cut.count)
      parts.append(columns[index].isNumber || columns[index].isMoney ? space + cut : cut + space)
    }
    var text = parts.joined(separator: "  ")
    while text.last == " " { text.removeLast() }
    return text
  }
}
