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

  /// The least width of a column that shrinks, as long as others can be left out.
  static let leastWidth = 24

  /// The table as text. It is no wider than `width`: columns are left out, then one is cut, then the lines.
  func text(width: Int) -> String {
    let rows = withEqualDecimals
    let (widths, shown) = layout(rows, width)
    func cut(_ line: String) -> String { line.count > width ? line.prefix(max(0, width - 1)) + "…" : line }
    let head = line(columns.map(\.title), widths, shown)
    return ([head] + rows.map { line($0, widths, shown) }).map(cut).joined(separator: "\n")
  }

  /// Whether a table of this width is without the column of that title.
  func leavesOut(_ title: String, width: Int) -> Bool {
    !layout(withEqualDecimals, width).shown.contains { columns[$0].title == title }
  }

  private func layout(_ rows: [[String]], _ width: Int) -> (widths: [Int], shown: [Int]) {
    var widths = columns.indices.map { index in
      rows.reduce(columns[index].title.count) { max($0, $1[index].count) }
    }
    var shown = Array(columns.indices)
    func least(_ index: Int) -> Int {
      columns[index].mayShrink ? min(widths[index], Self.leastWidth) : widths[index]
    }
    func total(_ width: (Int) -> Int) -> Int { shown.reduce(2 * (shown.count - 1)) { $0 + width($1) } }
    while total(least) > width, let index = shown.lastIndex(where: { columns[$0].mayBeLeftOut }) {
      shown.remove(at: index)
    }
    let excess = total { widths[$0] } - width
    if excess > 0, let index = shown.first(where: { columns[$0].mayShrink }) {
      widths[index] = max(8, widths[index] - excess)
    }
    return (widths, shown)
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
