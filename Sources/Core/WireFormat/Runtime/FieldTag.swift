/// The tag before a field: its number and the wire type of its value.
struct FieldTag {
  /// The encoding of a value. Groups (3 and 4) are older than proto3 and not supported.
  enum WireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
  }

  /// The number in the proto file, from 1.
  let number: UInt32
  let type: WireType
  /// The index of the tag's first byte.
  let start: Int
}
