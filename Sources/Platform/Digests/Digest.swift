/// A SHA-256 digest: 32 bytes, written as 64 lower-case hexadecimal characters.
public struct Digest: Sendable, Hashable {
  /// How many bytes a digest has.
  public static let byteCount = 32

  /// The 32 bytes.
  public let bytes: [UInt8]

  /// The digest that these bytes are; nil unless there are 32.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  init(unchecked bytes: [UInt8]) {
    precondition(bytes.count == Self.byteCount)
    self.bytes = bytes
  }

  /// The digest written so; nil unless it is 64 characters of 0-9 and a-f.
  public init?(hex: String) {
    guard hex.utf8.count == 2 * Self.byteCount, let bytes = [UInt8](lowercaseHex: hex) else { return nil }
    self.bytes = bytes
  }

  /// The 64 lower-case hexadecimal characters.
  public var hex: String { bytes.lowercaseHex }
}

extension Digest: CustomStringConvertible {
  /// The 64 lower-case hexadecimal characters.
  public var description: String { hex }
}

extension Digest: Comparable {
  /// The order of the bytes, which is also that of the hexadecimal text.
  public static func < (left: Self, right: Self) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

extension Digest: Codable {
  /// Reads the hexadecimal text.
  ///
  /// - Throws: `DecodingError.dataCorrupted` for anything else.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let digest = Self(hex: text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a digest is 64 characters of 0-9 and a-f, not “\(text.prefix(80))”")
    }
    self = digest
  }

  /// Writes the hexadecimal text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}
