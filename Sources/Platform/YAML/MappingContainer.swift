/// A mapping read key by key; remembers which keys were read.
struct MappingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: NodeDecoder
  private let values: [String: YAMLNode]

  init(decoder: NodeDecoder) {
    self.decoder = decoder
    values = Dictionary(uniqueKeysWithValues: decoder.node.pairs.map { ($0.key, $0.value) })
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { decoder.node.keys.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { find(key) != nil }

  func decodeNil(forKey key: Key) throws -> Bool { try child(key).node.content == .null }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    let child = try child(key)
    return try decoder.surroundings.value(type, child.node, path: child.codingPath)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try child(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try child(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    let key = PlainKey(stringValue: "super")
    decoder.surroundings.ask(key.stringValue, of: decoder.node)
    let absent = YAMLNode(content: .null, mark: decoder.node.mark)
    return decoder.child(values[key.stringValue] ?? absent, key)
  }

  func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }

  private func find(_ key: Key) -> YAMLNode? {
    decoder.surroundings.ask(key.stringValue, of: decoder.node)
    return values[key.stringValue]
  }

  private func child(_ key: Key) throws -> NodeDecoder {
    guard let node = find(key) else {
      throw decoder.surroundings.failure("the key “\(key.stringValue)” is missing", decoder.node.mark)
    }
    return decoder.child(node, key)
  }
}
