import Glibc

/// Reads folders by descriptor, with names as raw bytes.
enum FolderReader {
  /// Calls `body` with each name (with its NUL) and the folder's descriptor until it returns `false`. Closes the
  /// descriptor.
  static func forEach(consuming descriptor: Int32, _ body: (_ name: [CChar], _ folder: Int32) -> Bool) {
    guard let folder = fdopendir(descriptor) else {
      close(descriptor)
      return
    }
    defer { closedir(folder) }
    rewinddir(folder)  // a duplicated descriptor shares its position with the original
    while let entry = readdir(folder) {
      let name = name(entry)
      if name == [0x2e, 0] || name == [0x2e, 0x2e, 0] { continue }
      if !body(name, dirfd(folder)) { return }
    }
  }

  /// All names in a folder, at most `limit`.
  static func names(_ descriptor: Int32, limit: Int) -> [[CChar]] {
    var names: [[CChar]] = []
    forEach(consuming: dup(descriptor)) { name, _ in
      names.append(name)
      return names.count < limit
    }
    return names
  }

  private static func name(_ entry: UnsafeMutablePointer<dirent>) -> [CChar] {
    withUnsafePointer(to: &entry.pointee.d_name) { name in
      name.withMemoryRebound(to: CChar.self, capacity: 256) { start in
        Array(UnsafeBufferPointer(start: start, count: strlen(start) + 1))
      }
    }
  }
}
