internal import CSodium

/// HMAC-SHA-256 (RFC 2104): a digest that only the key's owner can make.
public enum HMACSHA256 {
  /// The code of the bytes under a key of any length.
  public static func code(of bytes: [UInt8], key: [UInt8]) -> Digest {
    Sodium.start()
    var state = crypto_auth_hmacsha256_state()
    var code = [UInt8](repeating: 0, count: Digest.byteCount)
    crypto_auth_hmacsha256_init(&state, key, key.count)
    crypto_auth_hmacsha256_update(&state, bytes, UInt64(bytes.count))
    crypto_auth_hmacsha256_final(&state, &code)
    return Digest(unchecked: code)
  }
}
