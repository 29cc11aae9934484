/// One value of a document, with its place. Mappings keep their order.
public struct YAMLNode: Sendable, Hashable {
  /// What the value is, by YAML 1.2's core schema: `no`, `on` and `yes` are text.
  public enum Content: Sendable, Hashable {
    /// `null`, `~` or nothing.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number that fits 64 bits, with its text as written.
    case integer(Int64, text: String)
    /// Any other number, with its text as written, for those who need it exact.
    case number(Double, text: String)
    /// Text.
    case string(String)
    /// A sequence.
    case list([YAMLNode])
    /// Keys and values in the order of the text; no key twice.
    case mapping([Pair])
  }

  /// One key of a mapping and its value.
  public struct Pair: Sendable, Hashable {
    /// The key; keys are always text.
    public let key: String
    /// Where the key stands.
    public let mark: YAMLMark
    /// What it stands for.
    public let value: YAMLNode
  }

  /// What the value is.
  public let content: Content
  /// Where it begins.
  public let mark: YAMLMark

  /// The keys of a mapping in the order of the text; empty for anything else.
  public var keys: [String] { pairs.map(\.key) }

  /// The pairs of a mapping in the order of the text; empty for anything else.
  public var pairs: [Pair] {
    if case .mapping(let pairs) = content { pairs } else { [] }
  }

  /// The value of a mapping's key; nil where there is none.
  public subscript(key: String) -> YAMLNode? { pairs.first { $0.key == key }?.value }

  /// The kind of value, for an error message.
  var kind: String {
    switch content {
    case .null: "nothing"
    case .bool(let value): "\(value)"
    case .integer(_, let text), .number(_, let text): text
    case .string(let text): "the text “\(text.prefix(40))”"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}
