#if canImport(FoundationEssentials)
  import FoundationEssentials
#endif

/// Where bytes are kept by their digest. What was kept once can be read by anyone who has the reference.
public protocol BlobStore: Sendable {
  /// Keeps bytes, durably before it returns. The same bytes are kept once.
  /// - Throws: `Failure` that names the file and says what to do (full disk, no rights).
  func keep(_ bytes: [UInt8]) async throws -> BlobReference
  /// The bytes of a reference, checked against its digest.
  /// - Throws: `Failure` that names the file where it is missing, cut short or changed.
  func bytes(of reference: BlobReference) async throws -> [UInt8]
}

extension BlobStore {
  /// Keeps a value as JSON with sorted keys: equal values are equal blobs.
  public func keep(json value: some Encodable) async throws -> BlobReference {
    try await keep(CanonicalJSON.encode(value))
  }

  /// Reads a value kept as JSON.
  /// - Throws: `Failure` where the blob is not such a value.
  public func value<Value: Decodable>(_ type: Value.Type, of reference: BlobReference) async throws -> Value {
    try CanonicalJSON.decode(type, from: try await bytes(of: reference))
  }
}

/// JSON with sorted keys and no escaped slashes: one text for one value.
public enum CanonicalJSON {
  // Made once: making one costs more than encoding a small value.
  private static let encoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()
  private static let decoder = JSONDecoder()

  /// The JSON of a value.
  /// - Throws: `Failure` for a number that is not finite.
  public static func encode(_ value: some Encodable) throws -> [UInt8] {
    do { return [UInt8](try encoder.encode(value)) } catch {
      throw Failure(kind: "unencodable", "A value of type \(type(of: value)) can't be written as JSON: \(error).")
    }
  }

  /// The value in a JSON text.
  /// - Throws: `Failure` that says what is wrong with it.
  public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    do { return try decoder.decode(type, from: Data(bytes)) } catch {
      throw Failure(kind: "undecodable", "This is no JSON of a \(type): \(error).")
    }
  }
}
