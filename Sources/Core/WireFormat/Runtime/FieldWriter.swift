/// Writes the fields of a message one after another.
struct FieldWriter {
  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(256) }

  mutating func put(_ number: UInt32, int64 value: Int64) { put(number, varint: UInt64(bitPattern: value)) }

  mutating func put(_ number: UInt32, uint32 value: UInt32) { put(number, varint: UInt64(value)) }

  /// Negative numbers take ten bytes, as protobuf demands.
  mutating func put(_ number: UInt32, enumeration value: some OpenEnumeration) {
    put(number, int64: Int64(value.number))
  }

  mutating func put(_ number: UInt32, string value: String) {
    tag(number, .bytes)
    varint(UInt64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  mutating func put(_ number: UInt32, octets value: [UInt8]) {
    tag(number, .bytes)
    varint(UInt64(value.count))
    bytes += value
  }

  mutating func put(_ number: UInt32, message: some GeneratedMessage) {
    tag(number, .bytes)
    let start = bytes.count
    bytes.append(0)
    message.encode(to: &self)
    putLength(at: start)
  }

  mutating func put(unknownFields: [UInt8]) { bytes += unknownFields }

  private mutating func put(_ number: UInt32, varint value: UInt64) {
    tag(number, .varint)
    varint(value)
  }

  private mutating func tag(_ number: UInt32, _ type: FieldTag.WireType) {
    varint(UInt64(number) << 3 | UInt64(type.rawValue))
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Writes the length of everything after `start`, where one byte was left for it. Most messages are so short that one
  /// byte suffices; for the others the rest is moved, which costs less than measuring each message beforehand.
  private mutating func putLength(at start: Int) {
    let length = bytes.count - start - 1
    guard length >= 0x80 else {
      bytes[start] = UInt8(length)
      return
    }
    let more = (63 - UInt64(length).leadingZeroBitCount) / 7
    bytes.append(contentsOf: repeatElement(0, count: more))
    bytes.withUnsafeMutableBytes { buffer in
      let content = UnsafeRawBufferPointer(rebasing: buffer[(start + 1)..<(start + 1 + length)])
      UnsafeMutableRawBufferPointer(rebasing: buffer[(start + 1 + more)...]).copyMemory(from: content)
      for index in 0...more {
        buffer[start + index] = UInt8(length >> (7 * index) & 0x7f) | (index < more ? 0x80 : 0)
      }
    }
  }
}
