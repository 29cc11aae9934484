/// Codable's view of one node.
struct NodeDecoder: Decoder {
  let node: YAMLNode
  let surroundings: DecodingSurroundings
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .mapping = node.content else {
      throw surroundings.failure("needs a mapping (key: value), not \(node.kind)", node.mark)
    }
    surroundings.willRead(node)
    return KeyedDecodingContainer(MappingContainer<Key>(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let items) = node.content else {
      throw surroundings.failure("needs a list, not \(node.kind)", node.mark)
    }
    return ListContainer(decoder: self, items: items)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { ScalarContainer(decoder: self) }

  func child(_ node: YAMLNode, _ key: any CodingKey) -> NodeDecoder {
    NodeDecoder(node: node, surroundings: surroundings, codingPath: codingPath + [key])
  }
}

/// A node read as one value. The generic method answers Codable's requirements for every type.
struct ScalarContainer: SingleValueDecodingContainer {
  let decoder: NodeDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.node.content == .null }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try decoder.surroundings.value(type, decoder.node, path: codingPath)
  }
}

/// A list read item by item.
struct ListContainer: UnkeyedDecodingContainer {
  let decoder: NodeDecoder
  let items: [YAMLNode]
  var currentIndex = 0

  init(decoder: NodeDecoder, items: [YAMLNode]) {
    self.decoder = decoder
    self.items = items
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { items.count }
  var isAtEnd: Bool { currentIndex >= items.count }

  mutating func decodeNil() throws -> Bool {
    guard try next().node.content == .null else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let item = try next()
    let value = try item.surroundings.value(type, item.node, path: item.codingPath)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    try superDecoder().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try superDecoder().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder {
    let item = try next()
    currentIndex += 1
    return item
  }

  private func next() throws -> NodeDecoder {
    guard !isAtEnd else {
      throw decoder.surroundings.failure("the list has only \(items.count) items", decoder.node.mark)
    }
    return decoder.child(items[currentIndex], PlainKey(intValue: currentIndex))
  }
}

/// A place in a list, or any key.
struct PlainKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init(intValue: Int) {
    stringValue = "\(intValue)"
    self.intValue = intValue
  }
}
