/// A section of a paper: a heading and what stands below it.
public struct PaperSection: Hashable, Sendable, Codable {
  /// What a section is, for the check of where its numbers come from.
  public enum Role: String, Hashable, Sendable, Codable {
    /// Speaks of the world: what others did, how the study is made. Digits may stand in its text.
    case background
    /// Speaks of what came out. Every number in it is a claim's.
    case results
  }

  /// The heading; plain text.
  public var title: String
  /// The name by which text refers to it, e.g. `method`; nil where nothing does.
  public var name: String?
  /// Whether its numbers must be claims.
  public var role: Role
  /// What stands in it.
  public var blocks: [Block]

  public init(_ title: String, name: String? = nil, role: Role, _ blocks: [Block]) {
    self.title = title
    self.name = name
    self.role = role
    self.blocks = blocks
  }

  /// One thing in a section.
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
    /// A formula on a line of its own, in LaTeX's notation; see `MathText` for what it may contain.
    case formula(String)
    /// Lines of code.
    case code([String])
  }
}
