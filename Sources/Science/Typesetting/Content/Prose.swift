/// Running text of a paper, made of pieces. A string literal with interpolations is the usual way to write one:
/// `"Accuracy reached \(number: "run_1.accuracy.mean") \(cite: "power2022grokking"), see \(figure: "effect")."`.
///
/// Numbers can't be interpolated as digits: they go by the name of their claim, so that each comes from an artifact.
public struct Prose: Hashable, Sendable, Codable {
  public enum Piece: Hashable, Sendable, Codable {
    /// Plain text, in any characters that the paper's fonts have.
    case text(String)
    /// The number of a claim, by its name.
    case number(String)
    /// Citations in parentheses, by their keys.
    case citation([String])
    /// A citation that is part of the sentence, e.g. `Power et al. (2022)`.
    case textualCitation(String)
    /// `Figure 1`, by the figure's name.
    case figure(String)
    /// `Table 1`, by the table's name.
    case table(String)
    /// `Section 1`, by the section's name.
    case section(String)
    /// Emphasised text.
    case emphasis(String)
    /// Bold text.
    case strong(String)
    /// Text in typewriter type: names of settings, files, code.
    case code(String)
    /// A formula in LaTeX's notation, without dollar signs; see `MathText` for what it may contain.
    case math(String)
    /// An address on the web.
    case link(String)
  }

  /// The pieces in order.
  public private(set) var pieces: [Piece]

  public init(_ pieces: [Piece]) { self.pieces = pieces }

  /// Prose of plain text.
  public init(text: String) { pieces = text.isEmpty ? [] : [.text(text)] }

  /// Whether there is nothing in it.
  public var isEmpty: Bool { pieces.isEmpty }

  /// The first and then the second.
  public static func + (left: Prose, right: Prose) -> Prose { Prose(left.pieces + right.pieces) }

  /// Adds prose at the end.
  public static func += (left: inout Prose, right: Prose) { left.pieces += right.pieces }
}

extension Prose: ExpressibleByStringInterpolation {
  /// Prose of a string literal.
  public init(stringLiteral text: String) { self.init(text: text) }

  /// Prose of an interpolated string.
  public init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

  /// Collects the pieces of an interpolated string.
  public struct StringInterpolation: StringInterpolationProtocol {
    var pieces: [Piece] = []

    /// Begins with nothing.
    public init(literalCapacity: Int, interpolationCount: Int) { pieces.reserveCapacity(interpolationCount * 2 + 1) }

    /// Adds the text between two interpolations.
    public mutating func appendLiteral(_ text: String) { if !text.isEmpty { pieces.append(.text(text)) } }
    /// Adds text.
    public mutating func appendInterpolation(_ text: String) { appendLiteral(text) }
    /// Adds prose.
    public mutating func appendInterpolation(_ prose: Prose) { pieces += prose.pieces }
    /// Adds the number of a claim.
    public mutating func appendInterpolation(number name: String) { pieces.append(.number(name)) }
    /// Adds citations in parentheses.
    public mutating func appendInterpolation(cite keys: String...) { pieces.append(.citation(keys)) }
    /// Adds a citation that is part of the sentence.
    public mutating func appendInterpolation(citing key: String) { pieces.append(.textualCitation(key)) }
    /// Adds a reference to a figure.
    public mutating func appendInterpolation(figure name: String) { pieces.append(.figure(name)) }
    /// Adds a reference to a table.
    public mutating func appendInterpolation(table name: String) { pieces.append(.table(name)) }
    /// Adds a reference to a section.
    public mutating func appendInterpolation(section name: String) { pieces.append(.section(name)) }
    /// Adds emphasised text.
    public mutating func appendInterpolation(emphasis text: String) { pieces.append(.emphasis(text)) }
    /// Adds bold text.
    public mutating func appendInterpolation(strong text: String) { pieces.append(.strong(text)) }
    /// Adds text in typewriter type.
    public mutating func appendInterpolation(code text: String) { pieces.append(.code(text)) }
    /// Adds a formula.
    public mutating func appendInterpolation(math formula: String) { pieces.append(.math(formula)) }
    /// Adds an address on the web.
    public mutating func appendInterpolation(link address: String) { pieces.append(.link(address)) }
  }
}
