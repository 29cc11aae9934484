import Glibc
import Operations

/// Reads whole files that the user named.
enum FileInput {
  /// The bytes of a file.
  /// - Throws: `OperationError` if it is missing, unreadable, no file or larger than the limit.
  static func read(_ path: String, limit: Int) throws -> [UInt8] {
    guard let bytes = try readIfThere(path, limit: limit) else {
      throw OperationError("There is no file \(path). Check the path.")
    }
    return bytes
  }

  /// The bytes of a file; nil if there is none.
  static func readIfThere(_ path: String, limit: Int) throws -> [UInt8]? {
    // Non-blocking, or opening a pipe without a writer would wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0, errno == ENOENT { return nil }
    guard descriptor >= 0 else { throw problem(path, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw problem(path, "it is not a file")
    }
    guard facts.st_size <= limit else { throw problem(path, "it is larger than \(limit >> 20) MiB") }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw problem(path, String(cString: strerror(errno))) }
      if count == 0 { return bytes }
      bytes += piece[..<count]
      guard bytes.count <= limit else { throw problem(path, "it is larger than \(limit >> 20) MiB") }
    }
  }

  private static func problem(_ path: String, _ reason: String) -> OperationError {
    OperationError("\(path) can't be read: \(reason). Name a file that this user may read.")
  }
}
