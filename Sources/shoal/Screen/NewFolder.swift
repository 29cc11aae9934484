import Files
import Glibc
import Operations
import PaperModel

/// A folder that one command fills: it must be new or empty, and nothing outside it is ever written. It is filled under
/// a name beside it, so that it is there as a whole or not at all.
struct NewFolder {
  let path: String
  private let aside: String

  /// Makes the folder's parents, and the folder under another name.
  /// - Throws: `OperationError` if it is not empty, or can't be made.
  init(_ path: String) throws {
    self.path = path
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    // A short name, because the folder's name may already be as long as possible.
    aside = "\(path[..<slash])/.shoal-\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 36)).partial"
    if let listing = opendir(path) {
      defer { closedir(listing) }
      while let entry = readdir(listing) {
        guard Self.isItself(Self.name(of: entry)) else {
          throw OperationError("\(path) is not empty; nothing was written. Name a new folder.")
        }
      }
    } else if errno != ENOENT {
      if errno == ENOTDIR { throw OperationError("\(path) is not a folder. Name a new folder.") }
      throw Self.problem(path, "can't be read")
    }
    try Self.make(aside)
  }

  /// Writes a file at a path within the folder.
  func write(_ file: String, _ bytes: [UInt8]) throws {
    // A path in the folder may be longer than one in a tree: how long it can be is up to the file system.
    guard FileTree.isPath(file, upTo: 4096) else {
      throw OperationError("“\(file)” can't be the path of a file in a folder.")
    }
    if let slash = file.lastIndex(of: "/") { try Self.make("\(aside)/\(file[..<slash])") }
    try FileOutput.replace("\(aside)/\(file)", with: bytes)
  }

  /// Gives the folder its name.
  func finish() throws {
    // Replaces a folder that is still empty, and no other.
    guard rename(aside, path) == 0 else { throw Self.problem(path, "can't be created") }
  }

  /// Removes what was written, unless the folder is finished.
  func discard() { Self.remove(aside) }

  private static func remove(_ path: String) {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return }
    guard facts.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    if let listing = opendir(path) {
      var names: [String] = []
      while let entry = readdir(listing) { names.append(name(of: entry)) }
      closedir(listing)
      for name in names where !isItself(name) { remove("\(path)/\(name)") }
    }
    rmdir(path)
  }

  private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
    withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private static func isItself(_ name: String) -> Bool { name == "." || name == ".." }

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
