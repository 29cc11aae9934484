/// A table: a caption above, a header, rows between rules, a note below.
public struct PaperTable: Hashable, Sendable, Codable {
  /// How a column is aligned.
  public enum Alignment: Hashable, Sendable, Codable {
    case left, center, right
    /// Broken into lines, with this width: a share of the text's width, between 0 and 1.
    case wrapped(width: Double)
  }

  public struct Column: Hashable, Sendable, Codable {
    /// The header of the column.
    public var header: Prose
    public var alignment: Alignment

    public init(_ header: Prose, _ alignment: Alignment = .left) {
      self.header = header
      self.alignment = alignment
    }
  }

  /// The name by which text refers to it, e.g. `main`.
  public var name: String
  public var caption: Prose
  public var columns: [Column]
  /// The rows, with a cell for each column.
  public var rows: [[Prose]]
  /// The indexes of rows that are followed by a thin rule, from 0.
  public var ruledRows: Set<Int>
  /// A note below it in small type, if any.
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
