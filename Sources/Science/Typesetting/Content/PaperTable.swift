/// A table: a caption above, a header, rows between rules, a note below.
public struct PaperTable: Hashable, Sendable, Codable {
  /// How a column is set.
  public enum Alignment: Hashable, Sendable, Codable {
    case left, center, right
    /// Broken into lines, so wide: a share of the text's width, between 0 and 1.
    case wrapped(width: Double)
  }

  public struct Column: Hashable, Sendable, Codable {
    /// What stands above it.
    public var header: Prose
    /// How it is set.
    public var alignment: Alignment

    public init(_ header: Prose, _ alignment: Alignment = .left) {
      self.header = header
      self.alignment = alignment
    }
  }

  /// The name by which text refers to it, e.g. `main`.
  public var name: String
  /// What it shows.
  public var caption: Prose
  public var columns: [Column]
  /// The rows, a cell for each column.
  public var rows: [[Prose]]
  /// The rows after which a thin rule stands, counted from 0.
  public var ruledRows: Set<Int>
  /// What stands below it in small type; nil for nothing.
  public var note: Prose?

  public init(
    name: String, caption: Prose, columns: [Column], rows: [[Prose]], ruledRows: Set<Int> = [], note: Prose? = nil
  ) {
    self.name = name
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.ruledRows = ruledRows
    self.note = note
  }
}
