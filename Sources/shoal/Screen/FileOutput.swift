import Files
import Glibc
import Operations

/// Writes whole files.
enum FileOutput {
  /// The path is longer than the file system allows.
  struct NameTooLong: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) is longer than its file system allows. Name a shorter one." }
  }

  /// Replaces a file, as a whole or not at all.
  /// - Throws: `NameTooLong`; `OperationError` for every other reason.
  static func replace(_ path: String, with bytes: [UInt8]) throws {
    // A short name, because the file's name may already be as long as possible.
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let aside = "\(folder).shoal-\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 36)).partial"
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

  private static func problem(_ path: String) -> any Error {
    if errno == ENAMETOOLONG { return NameTooLong(path: path) }
    return OperationError(
      "\(path) can't be written: \(String(cString: strerror(errno))). Make room or correct its permissions.")
  }
}
