internal import CSodium

/// Bytes from the system's secure generator.
public enum RandomBytes {
  /// So many bytes, good enough for keys; at most 1 MiB at once.
  public static func make(_ count: Int) -> [UInt8] {
    precondition(count >= 0 && count <= 1 << 20)
    Sodium.start()
    var bytes = [UInt8](repeating: 0, count: count)
    randombytes_buf(&bytes, count)
    return bytes
  }
}

/// libsodium's own start, once for the process.
enum Sodium {
  private static let isStarted = sodium_init() >= 0

  static func start() { precondition(isStarted, "libsodium cannot start: no source of randomness") }
}
