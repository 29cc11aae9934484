internal import CSodium

/// SHA-256 of data that arrives piece by piece.
public struct SHA256: Sendable {
  private var state = crypto_hash_sha256_state()

  /// Starts with no data.
  public init() {
    Sodium.start()
    crypto_hash_sha256_init(&state)
  }

  /// Adds the next bytes.
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    let isTaken: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
    if isTaken == nil { Array(bytes).withUnsafeBytes { update($0) } }
  }

  /// Adds the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    crypto_hash_sha256_update(&state, start.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
  }

  /// The digest of all bytes so far; more may be added afterwards.
  public func digest() -> Digest {
    var copy = state
    var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
    crypto_hash_sha256_final(&copy, &bytes)
    return Digest(unchecked: bytes)
  }

  /// The digest of these bytes.
  public static func digest(of bytes: some Sequence<UInt8>) -> Digest {
    var hash = Self()
    hash.update(bytes)
    return hash.digest()
  }

  /// The digest of the text's UTF-8.
  public static func digest(of text: String) -> Digest { digest(of: text.utf8) }
}
