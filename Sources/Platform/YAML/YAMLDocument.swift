/// A YAML text, read once: as a tree, or into Codable types.
public struct YAMLDocument: Sendable {
  /// What becomes of keys that the decoded type never asks for.
  public enum UnknownKeys: Sendable {
    /// They are an error that names the keys known there: the usual choice, since a misspelt key is one.
    case refused
    /// They are passed over.
    case ignored
  }

  /// The file's name, for errors.
  public let file: String
  /// The outermost value; `null` for an empty text.
  public let root: YAMLNode

  /// Reads one document.
  ///
  /// - Throws: `YAMLError` for text that is no YAML, for what is not read on purpose (a second document, a key given
  ///   twice, tags, merge keys, keys that are not text) and for what is beyond the limits.
  public init(parsing text: [UInt8], file: String, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
    self.file = file
    let start = YAMLMark(line: 1, column: 1)
    guard text.count <= limits.byteCount else {
      throw YAMLError(file: file, mark: start, message: "longer than \(limits.byteCount) bytes")
    }
    let reader = EventReader(text: text, file: file)
    var builder = TreeBuilder(file: file, limits: limits)
    var isMore = true
    while isMore {
      isMore = try reader.next { (event) throws(YAMLError) in try builder.take(event) }
    }
    root = builder.root ?? YAMLNode(content: .null, mark: start)
  }

  /// Reads one document from text.
  public init(parsing text: String, file: String, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
    try self.init(parsing: Array(text.utf8), file: file, limits: limits)
  }

  /// Makes a value of the type from the document.
  ///
  /// - Throws: `YAMLError` at the place that does not fit, whatever the type's own decoding threw.
  public func decode<Value: Decodable>(
    _ type: Value.Type = Value.self, unknownKeys: UnknownKeys = .refused
  ) throws(YAMLError) -> Value {
    let surroundings = DecodingSurroundings(file: file)
    let value = try surroundings.value(type, root, path: [])
    if unknownKeys == .refused { try surroundings.refuseUnknownKeys(in: root) }
    return value
  }

  /// An error at a place of this document, for checks that a caller makes.
  public func failure(_ message: String, at mark: YAMLMark) -> YAMLError {
    YAMLError(file: file, mark: mark, message: message)
  }
}

/// How large a document may be, so that a hostile one costs milliseconds.
public struct YAMLLimits: Sendable {
  /// The most bytes of text.
  public var byteCount = 4 << 20
  /// The most values; an alias counts for all the values it stands for.
  public var nodeCount = 100_000
  /// The deepest nesting, that of aliases included.
  public var depth = 64

  /// The usual limits: 4 MiB, 100,000 values, 64 levels.
  public init() {}
}
