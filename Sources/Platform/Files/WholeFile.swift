internal import Glibc

/// Writes files as a whole or not at all: beside their place, then renamed into it.
public enum WholeFile {
  /// Writes a file, replacing an existing one of that name.
  /// - Parameter isDurable: whether it survives a power cut from then on; a cache need not.
  /// - Returns: 0, or the error number; then the old file is unchanged.
  public static func replace(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644, isDurable: Bool = true
  ) -> Int32 {
    let aside = temporaryName(path)
    var code = write(bytes, to: aside, mode: mode, isDurable: isDurable)
    if code == 0, rename(aside, path) != 0 { code = errno }
    if code != 0 { unlink(aside) }
    return code
  }

  /// Writes a file unless its name is taken; needs hard links.
  /// - Returns: 0, or the error number: `EEXIST` if the name is taken.
  public static func create(_ path: String, with bytes: [UInt8], mode: UInt32 = 0o644) -> Int32 {
    let aside = temporaryName(path)
    defer { unlink(aside) }
    let code = write(bytes, to: aside, mode: mode, isDurable: true)
    if code != 0 { return code }
    return link(aside, path) == 0 ? 0 : errno
  }

  private static func temporaryName(_ path: String) -> String {
    "\(path).\(getpid()).\(UInt64.random(in: .min ... .max)).partial"
  }

  private static func write(_ bytes: [UInt8], to path: String, mode: UInt32, isDurable: Bool) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { return errno }
    var code = FileBytes.write(bytes, to: descriptor)
    if code == 0, isDurable, fsync(descriptor) != 0 { code = errno }
    close(descriptor)
    return code
  }
}

/// Bytes and descriptors.
public enum FileBytes {
  /// Writes all bytes, however many calls it takes.
  /// - Returns: 0, or the error number.
  public static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
        if count > 0 { done += count } else if errno != EINTR { return errno }
      }
      return 0
    }
  }
}
