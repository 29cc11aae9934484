/// What stands before a field: its number and how its value is laid out.
struct FieldTag {
  /// How a value is laid out. Groups (3 and 4) are older than proto3 and not read.
  enum WireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
  }

  /// The number in the proto file, from 1.
  let number: UInt32
  /// The layout.
  let type: WireType
  /// Where the tag begins.
  let start: Int
}
