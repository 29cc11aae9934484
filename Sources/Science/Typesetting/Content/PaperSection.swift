/// A section of a paper: a heading and the blocks below it.
public struct PaperSection: Hashable, Sendable, Codable {
  /// How strictly a section's numbers are checked.
  public enum Role: String, Hashable, Sendable, Codable {
    /// Describes earlier work or the method. Digits are allowed in its text.
    case background
    /// Describes results. Every number in it must be a claim's.
    case results
  }

  /// The heading as plain text.
  public var title: String
  /// The name by which text refers to it, e.g. `method`; nil if nothing does.
  public var name: String?
  /// Whether its numbers must be claims.
  public var role: Role
  public var blocks: [Block]

  public init(_ title: String, name: String? = nil, role: Role, _ blocks: [Block]) {
    self.title = title
    self.name = name
    self.role = role
    self.blocks = blocks
  }

  /// A paragraph, list, float, formula or listing.
  public enum Block: Hashable, Sendable, Codable {
    case paragraph(Prose)
    /// A heading within the section; plain text.
    case heading(String)
    /// A list with bullets.
    case list([Prose])
    /// A list with numbers.
    case numberedList([Prose])
    /// A table, which floats.
    case table(PaperTable)
    /// A figure, which floats.
    case figure(PaperFigure)
    /// A formula on a line of its own, in LaTeX's notation; `MathText` lists what it may contain.
    case formula(String)
    /// Lines of code.
    case code([String])
  }
}
