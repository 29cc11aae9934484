/// Reads the fields of a message one after another. Accepts any bytes without a trap.
struct FieldReader {
  /// The most repetitions of one field: keeps a few megabytes from becoming gigabytes of structs.
  static let mostRepetitions = 10_000

  private let bytes: [UInt8]
  private var position = 0
  /// The end of the current message, which may lie within another.
  private var end: Int

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    end = bytes.count
  }

  /// The tag of the next field; nil at the end of the message.
  mutating func nextTag() throws(MalformedMessage) -> FieldTag? {
    guard position < end else { return nil }
    let start = position
    let tag = try varint()
    guard tag <= UInt64(UInt32.max), tag >> 3 > 0, let type = FieldTag.WireType(rawValue: UInt8(tag & 7)) else {
      throw .noSuchField
    }
    return FieldTag(number: UInt32(tag >> 3), type: type, start: start)
  }

  /// Skips a field and keeps its bytes, tag included.
  mutating func keep(_ tag: FieldTag, in unknownFields: inout [UInt8]) throws(MalformedMessage) {
    try pass(tag)
    unknownFields += bytes[tag.start..<position]
  }

  mutating func int64() throws(MalformedMessage) -> Int64 { Int64(bitPattern: try varint()) }

  /// The lower 32 bits, as protobuf demands.
  mutating func uint32() throws(MalformedMessage) -> UInt32 { UInt32(truncatingIfNeeded: try varint()) }

  mutating func enumeration<Value: OpenEnumeration>() throws(MalformedMessage) -> Value {
    Value(number: Int32(truncatingIfNeeded: try varint()))
  }

  mutating func string() throws(MalformedMessage) -> String {
    let range = try delimited()
    position = range.upperBound
    let text = bytes.withUnsafeBufferPointer { String(validating: $0[range], as: UTF8.self) }
    guard let text else { throw .notText }
    return text
  }

  mutating func octets() throws(MalformedMessage) -> [UInt8] {
    let range = try delimited()
    position = range.upperBound
    return Array(bytes[range])
  }

  mutating func message(into value: inout some GeneratedMessage) throws(MalformedMessage) {
    let range = try delimited()
    let outer = end
    end = range.upperBound
    try value.merge(from: &self)
    end = outer
  }

  /// Reads a nested message with `body`; skips what `body` leaves.
  mutating func within(_ body: (inout FieldReader) throws(MalformedMessage) -> Void) throws(MalformedMessage) {
    let range = try delimited()
    let outer = end
    end = range.upperBound
    try body(&self)
    position = range.upperBound
    end = outer
  }

  /// Whether the next text or bytes are these; a comparison without a copy.
  mutating func matches(_ expected: [UInt8]) throws(MalformedMessage) -> Bool {
    let range = try delimited()
    position = range.upperBound
    return bytes[range].elementsEqual(expected)
  }

  /// Skips a field.
  mutating func pass(_ tag: FieldTag) throws(MalformedMessage) {
    switch tag.type {
    case .varint: _ = try varint()
    case .fixed64: try skip(8)
    case .fixed32: try skip(4)
    case .bytes: position = try delimited().upperBound
    }
  }

  mutating func append<Value: GeneratedMessage>(to values: inout [Value]) throws(MalformedMessage) {
    guard values.count < Self.mostRepetitions else { throw .tooManyRepetitions }
    var value = Value()
    try message(into: &value)
    values.append(value)
  }

  mutating func varint() throws(MalformedMessage) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
      let byte = bytes[position]
      position += 1
      // The tenth byte has room for one bit.
      guard shift < 63 || byte <= 1 else { throw .numberTooLong }
      result |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return result }
      shift += 7
    }
    throw .endsEarly
  }

  private mutating func skip(_ count: Int) throws(MalformedMessage) {
    guard end - position >= count else { throw .endsEarly }
    position += count
  }

  /// Reads a length; the returned range begins at the current position and lies within the message.
  private mutating func delimited() throws(MalformedMessage) -> Range<Int> {
    let count = try varint()
    guard count <= UInt64(end - position) else { throw .endsEarly }
    return position..<(position + Int(count))
  }
}
