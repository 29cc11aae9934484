/// A message as protoc-gen-shoal generates it.
protocol GeneratedMessage: Hashable, Sendable {
  /// With every field at its default.
  init()
  /// Reads fields up to the end. As in all of protobuf the last value of a field holds, messages are merged and
  /// repeated fields are appended.
  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage)
  /// Writes the fields in the order of their numbers, then the unknown ones.
  func encode(to writer: inout FieldWriter)
}

extension GeneratedMessage {
  /// Decodes a message from all of the bytes.
  init(encoded bytes: [UInt8]) throws(MalformedMessage) {
    self.init()
    var reader = FieldReader(bytes)
    try merge(from: &reader)
  }

  /// Encodes the message: equal messages have equal bytes.
  func encoded() -> [UInt8] {
    var writer = FieldWriter()
    encode(to: &writer)
    return writer.bytes
  }
}

/// An enumeration that keeps unknown values.
protocol OpenEnumeration: Hashable, Sendable {
  /// The value of a number.
  init(number: Int32)
  /// The number in the proto file.
  var number: Int32 { get }
}
