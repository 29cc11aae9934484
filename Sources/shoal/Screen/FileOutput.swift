import Glibc
import Operations

/// Writes whole files.
enum FileOutput {
  /// Puts a file in place, whole or not at all.
  static func replace(_ path: String, with bytes: [UInt8]) throws {
    let aside = "\(path).\(getpid()).partial"
    let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw problem(aside) }
    var rest = bytes[...]
    var code: Int32 = 0
    while !rest.isEmpty, code == 0 {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { code = errno }
    }
    if code == 0, fsync(descriptor) != 0 { code = errno }
    close(descriptor)
    if code == 0, rename(aside, path) != 0 { code = errno }
    guard code != 0 else { return }
    unlink(aside)
    errno = code
    throw problem(path)
  }

  private static func problem(_ path: String) -> OperationError {
    OperationError("\(path) can't be written: \(String(cString: strerror(errno))). Make room or correct its rights.")
  }
}
