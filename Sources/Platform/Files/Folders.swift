internal import Glibc

/// Folders by path.
public enum Folders {
  /// Creates a folder and the missing ones above it. A folder that is there already is no error.
  /// - Returns: 0, or the error number: `EEXIST` if a file has the name.
  public static func create(_ path: String) -> Int32 {
    if mkdir(path, 0o755) == 0 { return 0 }
    if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      let code = create(String(path[..<slash]))
      if code != 0 { return code }
      // Another process may create it at the same time.
      if mkdir(path, 0o755) == 0 { return 0 }
    }
    let code = errno
    guard code == EEXIST else { return code }
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR ? 0 : EEXIST
  }
}
