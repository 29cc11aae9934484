internal import CMicroHTTPD

/// Reads a head from libmicrohttpd, and checks what the library has silently accepted.
///
/// The library parses in place: it overwrites the space behind the method, the space behind the target, each colon, and
/// the CR and the LF at the end of each line with zeros, and returns pointers into the head. So each byte can be
/// accounted for: if there was anything else than one space, one colon or CR LF, the pointers do not meet. A bare LF, a
/// NUL, a second space, a folded line (it is copied elsewhere) and white space around a name are all detected. Two
/// things can't be detected afterwards: NUL LF at the end of a field or of the head, which looks like CR LF, and lines
/// before the request line that are empty (RFC 9112, 2.2 has a server skip them) or begin with NUL.
struct HeadLayout {
  /// The beginning of the head, and all of its bytes including the empty line.
  private let start: UnsafeRawPointer
  private let size: Int
  private var position = 0
  private(set) var head = HeadRules.Head(method: [], target: [], version: [], fields: [])

  private static let irregular = Refusal(400, "The request's lines are not written as HTTP asks.")

  /// Reads a head. To be called from the library's thread, when it presents the request for the first time.
  /// - Parameter target: the address of the target and its bytes before the library cut off the query.
  init(
    _ connection: OpaquePointer, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>,
    target: (address: UInt, bytes: [UInt8])
  ) throws(Refusal) {
    start = UnsafeRawPointer(method)
    size = cmhd_head_size(connection)
    head.method = try part(endingWith: 1)
    guard target.address == UInt(bitPattern: start) + UInt(position) else { throw Self.irregular }
    head.target = target.bytes
    position += target.bytes.count + 1
    guard UnsafeRawPointer(version) == start + position else { throw Self.irregular }
    head.version = try part(endingWith: 2)
    let fields = Fields()
    MHD_get_connection_values_n(
      connection, .HEADER_KIND, collect, Unmanaged.passUnretained(fields).toOpaque())
    for field in fields.found { try add(field) }
    guard position + 2 == size, isZero(position), isZero(position + 1) else { throw Self.irregular }
  }

  private mutating func add(_ field: Fields.Field) throws(Refusal) {
    guard field.name == start + position else { throw Self.irregular }
    let name = try part(endingWith: 1)
    guard name.count == field.nameCount else { throw Self.irregular }
    while position < size, isSpace(position) { position += 1 }
    guard field.value == start + position else { throw Self.irregular }
    var value = try part(endingWith: 2)
    guard value.count == field.valueCount else { throw Self.irregular }
    while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
    head.fields.append((name, value))
  }

  /// The bytes up to the next zero, which must be followed by this many zeros.
  private mutating func part(endingWith zeros: Int) throws(Refusal) -> [UInt8] {
    let first = position
    while position < size, !isZero(position) { position += 1 }
    let bytes = Array(UnsafeRawBufferPointer(start: start + first, count: position - first))
    for _ in 0..<zeros {
      guard position < size, isZero(position) else { throw Self.irregular }
      position += 1
    }
    return bytes
  }

  private func isZero(_ index: Int) -> Bool { start.load(fromByteOffset: index, as: UInt8.self) == 0 }
  private func isSpace(_ index: Int) -> Bool {
    [0x20, 0x09].contains(start.load(fromByteOffset: index, as: UInt8.self))
  }
}

/// The positions of the fields that the library found.
private final class Fields {
  struct Field {
    let name: UnsafeRawPointer
    let nameCount: Int
    let value: UnsafeRawPointer
    let valueCount: Int
  }
  var found: [Field] = []
}

private let collect: MHD_KeyValueIteratorN = { context, _, name, nameCount, value, valueCount in
  guard let context else { return .NO }
  let empty = UnsafePointer(bitPattern: 1 as UInt) as UnsafePointer<CChar>?
  guard let name = name ?? empty, let value = value ?? empty else { return .NO }
  Unmanaged<Fields>.fromOpaque(context).takeUnretainedValue().found.append(
    Fields.Field(
      name: UnsafeRawPointer(name), nameCount: nameCount, value: UnsafeRawPointer(value), valueCount: valueCount))
  return .YES
}
