/// Running text of a paper, made of pieces. A string literal with interpolations is the usual way to write one:
/// `"Accuracy reached \(number: "run_1.accuracy.mean") \(cite: "power2022grokking"), see \(figure: "effect")."`.
///
/// Numbers can't be interpolated as digits: they are referred to by the name of their claim, so that each comes from an
/// artifact.
public struct Prose: Hashable, Sendable, Codable {
  public enum Piece: Hashable, Sendable, Codable {
    /// Plain text, in any characters that the paper's fonts have.
    case text(String)
    /// The number of a claim, by the claim's name.
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
    case emphasis(String)
    case strong(String)
    /// Text in typewriter type: names of settings, files, code.
    case code(String)
    /// A formula in LaTeX's notation, without dollar signs; `MathText` lists what it may contain.
    case math(String)
    /// A URL.
    case link(String)
  }

  public private(set) var pieces: [Piece]

  public init(_ pieces: [Piece]) { self.pieces = pieces }

  public init(text: String) { pieces = text.isEmpty ? [] : [.text(text)] }

  public var isEmpty: Bool { pieces.isEmpty }

  public static func + (left: Prose, right: Prose) -> Prose { Prose(left.pieces + right.pieces) }

  public static func += (left: inout Prose, right: Prose) { left.pieces += right.pieces }
}

extension Prose: ExpressibleByStringInterpolation {
  public init(stringLiteral text: String) { self.init(text: text) }

  public init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

  /// Collects the pieces of an interpolated string.
  public struct StringInterpolation: StringInterpolationProtocol {
    var pieces: [Piece] = []

    public init(literalCapacity: Int, interpolationCount: Int) { pieces.reserveCapacity(interpolationCount * 2 + 1) }

    public mutating func appendLiteral(_ text: String) { if !text.isEmpty { pieces.append(.text(text)) } }
    public mutating func appendInterpolation(_ text: String) { appendLiteral(text) }
    public mutating func appendInterpolation(_ prose: Prose) { pieces += prose.pieces }
    /// Adds the number of a claim.
    public mutating func appendInterpolation(number name: String) { pieces.append(.number(name)) }
    /// Adds citations in parentheses.
    public mutating func appendInterpolation(cite keys: String...) { pieces.append(.citation(keys)) }
    /// Adds a citation that is part of the sentence.
    public mutating func appendInterpolation(citing key: String) { pieces.append(.textualCitation(key)) }
    public mutating func appendInterpolation(figure name: String) { pieces.append(.figure(name)) }
    public mutating func appendInterpolation(table name: String) { pieces.append(.table(name)) }
    public mutating func appendInterpolation(section name: String) { pieces.append(.section(name)) }
    public mutating func appendInterpolation(emphasis text: String) { pieces.append(.emphasis(text)) }
    public mutating func appendInterpolation(strong text: String) { pieces.append(.strong(text)) }
    /// Adds text in typewriter type.
    public mutating func appendInterpolation(code text: String) { pieces.append(.code(text)) }
    public mutating func appendInterpolation(math formula: String) { pieces.append(.math(formula)) }
    /// Adds a URL.
    public mutating func appendInterpolation(link address: String) { pieces.append(.link(address)) }
  }
}
