import Files
import Glibc
import Operations
import PaperModel

/// A folder that one command fills: it must be new or empty, and nothing outside it is ever written.
struct NewFolder {
  let path: String

  /// Makes the folder and its parents.
  /// - Throws: `OperationError` if it is not empty, or can't be made.
  init(_ path: String) throws {
    self.path = path
    try Self.make(path)
    guard let listing = opendir(path) else { throw Self.problem(path, "can't be read") }
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
    // A path in the folder may be longer than one in a tree: how long it can be is up to the file system.
    guard FileTree.isPath(file, upTo: 4096) else {
      throw OperationError("“\(file)” can't be the path of a file in a folder.")
    }
    if let slash = file.lastIndex(of: "/") { try Self.make("\(path)/\(file[..<slash])") }
    try FileOutput.replace("\(path)/\(file)", with: bytes)
  }

  private static func make(_ path: String) throws {
    let code = Folders.create(path)
    if code == EEXIST { throw OperationError("\(path) is not a folder. Name a new folder.") }
    errno = code
    if code != 0 { throw problem(path, "can't be created") }
  }

  private static func problem(_ path: String, _ what: String) -> any Error {
    if errno == ENAMETOOLONG { return FileOutput.NameTooLong(path: path) }
    return OperationError(
      "\(path) \(what): \(String(cString: strerror(errno))). Name a folder where this user may write.")
  }
}
