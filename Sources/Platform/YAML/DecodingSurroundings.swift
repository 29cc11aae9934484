/// The state that all decoders of one document share: its name, and the keys that were read of each mapping.
final class DecodingSurroundings {
  private let file: String
  private var asked: [YAMLMark: Set<String>] = [:]

  init(file: String) { self.file = file }

  func failure(_ message: String, _ mark: YAMLMark) -> YAMLError { YAMLError(file: file, mark: mark, message: message) }

  func willRead(_ node: YAMLNode) { asked[node.mark, default: []].formUnion([]) }

  func ask(_ key: String, of node: YAMLNode) { asked[node.mark, default: []].insert(key) }

  /// Decodes a value from the node; errors of the type's own get the node's place.
  func value<Value: Decodable>(
    _ type: Value.Type, _ node: YAMLNode, path: [any CodingKey]
  ) throws(YAMLError) -> Value {
    if let scalar = type as? any ScalarValue.Type {
      guard let value = scalar.init(node) as? Value else {
        throw failure("needs \(scalar.wanted), not \(node.kind)", node.mark)
      }
      return value
    }
    do {
      return try Value(from: NodeDecoder(node: node, surroundings: self, codingPath: path))
    } catch let error as YAMLError {
      throw error
    } catch DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context),
      DecodingError.valueNotFound(_, let context), DecodingError.keyNotFound(_, let context)
    {
      throw failure(context.debugDescription, node.mark)
    } catch {
      throw failure("\(error)", node.mark)
    }
  }

  /// Refuses keys that were not read, in mappings that were read key by key.
  func refuseUnknownKeys(in node: YAMLNode) throws(YAMLError) {
    switch node.content {
    case .list(let items):
      for item in items { try refuseUnknownKeys(in: item) }
    case .mapping(let pairs):
      for pair in pairs {
        if let known = asked[node.mark], !known.contains(pair.key) {
          let words = known.isEmpty ? "none" : known.sorted().joined(separator: ", ")
          throw failure("unknown key “\(pair.key)”; known here: \(words)", pair.mark)
        }
        try refuseUnknownKeys(in: pair.value)
      }
    default: break
    }
  }
}
