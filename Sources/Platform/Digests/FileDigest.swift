internal import Glibc

/// A file could not be read to its end.
public struct FileDigestError: Error, Sendable, Hashable, CustomStringConvertible {
  public let path: String
  /// The system's error number.
  public let code: Int32

  /// One sentence with the file and what to do.
  public var description: String {
    "\(path) cannot be read (\(String(cString: strerror(code)))); check that it is a file that this user may read"
  }
}

extension SHA256 {
  /// The digest of a file's content and its size in bytes, read in pieces of 1 MiB.
  ///
  /// Blocks while it reads: call it on a thread that may wait.
  ///
  /// - Throws: `FileDigestError` when the path is missing, not readable or a folder.
  public static func digest(ofFile path: String) throws(FileDigestError) -> (digest: Digest, byteCount: Int64) {
    // Non-blocking, because opening a pipe without a writer would block for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileDigestError(path: path, code: errno) }
    defer { close(descriptor) }
    var kind = stat()
    guard fstat(descriptor, &kind) == 0 else { throw FileDigestError(path: path, code: errno) }
    guard kind.st_mode & S_IFMT == S_IFREG else {
      throw FileDigestError(path: path, code: kind.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
    }
    var hash = Self()
    var byteCount: Int64 = 0
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { piece.deallocate() }
    while true {
      let count = read(descriptor, piece.baseAddress, piece.count)
      if count == 0 { return (hash.digest(), byteCount) }
      if count > 0 {
        hash.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        byteCount += Int64(count)
      } else if errno != EINTR {
        throw FileDigestError(path: path, code: errno)
      }
    }
  }
}
