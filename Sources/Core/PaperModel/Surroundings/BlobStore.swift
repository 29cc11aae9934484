#if canImport(FoundationEssentials)
  import FoundationEssentials
#endif

/// Stores bytes by their digest. Stored bytes can be read with their reference for ever.
public protocol BlobStore: Sendable {
  /// Stores bytes, durably before it returns. Equal bytes are stored once.
  /// - Throws: `Failure` that names the file and says what to do (full disk, no permission).
  func keep(_ bytes: [UInt8]) async throws -> BlobReference
  /// The bytes of a reference, checked against its digest.
  /// - Throws: `Failure` that names the file if it is missing, truncated or changed.
  func bytes(of reference: BlobReference) async throws -> [UInt8]
}

extension BlobStore {
  /// Stores a value as JSON with sorted keys: equal values are equal blobs.
  public func keep(json value: some Encodable) async throws -> BlobReference {
    try await keep(CanonicalJSON.encode(value))
  }

  /// Reads a value stored as JSON.
  /// - Throws: `Failure` if the blob is not such a value.
  public func value<Value: Decodable>(_ type: Value.Type, of reference: BlobReference) async throws -> Value {
    try CanonicalJSON.decode(type, from: try await bytes(of: reference))
  }
}

/// JSON with sorted keys and no escaped slashes: one text for one value.
public enum CanonicalJSON {
  // Created once, because creating one costs more than encoding a small value.
  private static let encoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()
  private static let decoder = JSONDecoder()

  /// Encodes a value.
  /// - Throws: `Failure` for a number that is not finite.
  public static func encode(_ value: some Encodable) throws -> [UInt8] {
    do { return [UInt8](try encoder.encode(value)) } catch {
      throw Failure(kind: "unencodable", "A value of type \(type(of: value)) can't be written as JSON: \(error).")
    }
  }

  /// Decodes a value.
  /// - Throws: `Failure` that says what is wrong with the text.
  public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    do { return try decoder.decode(type, from: Data(bytes)) } catch {
      throw Failure(kind: "undecodable", "This is no JSON of a \(type): \(error).")
    }
  }
}
