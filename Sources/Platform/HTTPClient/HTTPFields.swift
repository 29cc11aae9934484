/// Header fields in order. Names are compared without regard to case; a name may occur several times.
public struct HTTPFields: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  public struct Field: Sendable, Hashable {
    public let name: String
    /// The value, without blanks around it.
    public let value: String
  }

  /// All fields.
  public private(set) var fields: [Field] = []

  /// No fields.
  public init() {}

  /// These fields.
  public init(dictionaryLiteral pairs: (String, String)...) {
    fields = pairs.map { Field(name: $0, value: $1) }
  }

  /// The first value of a name; nil if there is none. Setting one replaces all of the name.
  public subscript(_ name: String) -> String? {
    get { fields.first { Self.isSame($0.name, name) }?.value }
    set {
      fields.removeAll { Self.isSame($0.name, name) }
      if let newValue { add(name, newValue) }
    }
  }

  /// All values of a name.
  public func values(of name: String) -> [String] {
    fields.filter { Self.isSame($0.name, name) }.map(\.value)
  }

  /// Adds a field at the end.
  public mutating func add(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    one.utf8.count == other.utf8.count
      && zip(one.utf8, other.utf8).allSatisfy { lowercase($0) == lowercase($1) }
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }

  /// The first field that can't be sent as it is: a name that is no token, or a value with a line break or a NUL.
  var unusable: Field? {
    fields.first { field in
      field.name.isEmpty || !field.name.utf8.allSatisfy(Self.isTokenByte)
        || field.value.utf8.contains { $0 == 13 || $0 == 10 || $0 == 0 }
    }
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    (0x21...0x7e).contains(byte) && !#""(),/:;<=>?@[\]{}"#.utf8.contains(byte)
  }
}
