import Glibc
import Operations
import PaperModel

/// A folder that one command fills: it must be new or empty, and nothing outside it is ever written.
struct NewFolder {
  let path: String

  /// Makes the folder, those above it included.
  /// - Throws: `OperationError` where something is in it, or it can't be made.
  init(_ path: String) throws {
    self.path = path
    try Self.make(path)
    guard let listing = opendir(path) else { throw Self.problem(path, "can't be looked into") }
    defer { closedir(listing) }
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard name == "." || name == ".." else {
        throw OperationError("\(path) is not empty; nothing was written. Name a new folder.")
      }
    }
  }

  /// Writes a file at a path within the folder.
  func write(_ file: String, _ bytes: [UInt8]) throws {
    guard FileTree.isPath(file) else { throw OperationError("«\(file)» can't be the path of a file in a folder.") }
    if let slash = file.lastIndex(of: "/") { try Self.make("\(path)/\(file[..<slash])") }
    try FileOutput.replace("\(path)/\(file)", with: bytes)
  }

  private static func make(_ path: String) throws {
    if mkdir(path, 0o755) == 0 { return }
    if errno == EEXIST {
      var facts = stat()
      guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
        throw OperationError("\(path) is no folder. Name a new folder.")
      }
      return
    }
    if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try make(String(path[..<slash]))
      if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    }
    throw problem(path, "can't be made")
  }

  private static func problem(_ path: String, _ what: String) -> any Error {
    if errno == ENAMETOOLONG { return FileOutput.NameTooLong(path: path) }
    return OperationError(
      "\(path) \(what): \(String(cString: strerror(errno))). Name a folder where this user may write.")
  }
}
