internal import CLinux
internal import Files
internal import Glibc

/// An open folder. Everything below it is reached through its descriptor and never through a symbolic link.
struct Folder: ~Copyable {
  /// The folder's path, for messages.
  let path: String
  private let descriptor: Int32

  /// Opens a folder that the user has named, which may be a link, and creates missing parts.
  init(root path: String) throws(FileProblem) {
    try Self.create(path)
    try self.init(path: path, descriptor: open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
  }

  private init(path: String, descriptor: Int32) throws(FileProblem) {
    guard descriptor >= 0 else { throw FileProblem(path: path, what: "can't be opened", code: errno) }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }

  /// A subfolder, created durably if missing.
  func creating(_ name: String) throws(FileProblem) -> Folder {
    if let existing = try existing(name) { return existing }
    if try make(name) { try synchronize() }
    return try require(name)
  }

  /// Creates a subfolder if missing; true if it is new, and then not yet durable.
  func make(_ name: String) throws(FileProblem) -> Bool {
    if mkdirat(descriptor, name, 0o755) == 0 { return true }
    guard errno == EEXIST else { throw problem(name, "can't be created") }
    return false
  }

  /// A subfolder that must exist.
  func require(_ name: String) throws(FileProblem) -> Folder {
    try Folder(path: "\(path)/\(name)", descriptor: opened(name))
  }

  /// A subfolder; nil if it does not exist.
  func existing(_ name: String) throws(FileProblem) -> Folder? {
    let descriptor = opened(name)
    if descriptor < 0 && errno == ENOENT { return nil }
    return try Folder(path: "\(path)/\(name)", descriptor: descriptor)
  }

  /// The size of a file; nil if there is none. Anything but a regular file is an error.
  func size(of name: String) throws(FileProblem) -> Int64? {
    var found = stat()
    guard fstatat(descriptor, name, &found, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return nil }
      throw problem(name, "can't be looked at")
    }
    guard found.st_mode & S_IFMT == S_IFREG else {
      throw FileProblem(path: "\(path)/\(name)", what: "is no file", code: ELOOP)
    }
    return Int64(found.st_size)
  }

  /// The bytes of a file; nil if there is none, or if it has more than `limit`.
  func read(_ name: String, atMost limit: Int) throws(FileProblem) -> [UInt8]? {
    // Non-blocking, because opening a pipe without a writer would block for ever.
    let file = openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw problem(name, "can't be opened")
    }
    defer { _ = close(file) }
    var found = stat()
    guard fstat(file, &found) == 0, found.st_mode & S_IFMT == S_IFREG else {
      throw FileProblem(path: "\(path)/\(name)", what: "is no file", code: ELOOP)
    }
    guard found.st_size <= limit else { return nil }
    var failed: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(found.st_size)) { space, filled in
      while filled < space.count {
        let count = Glibc.read(file, space.baseAddress! + filled, space.count - filled)
        if count == 0 { return }
        if count > 0 {
          filled += count
        } else if errno != EINTR {
          failed = errno
          return
        }
      }
    }
    guard failed == 0 else { throw FileProblem(path: "\(path)/\(name)", what: "can't be read", code: failed) }
    return bytes
  }

  /// Writes a new file durably under a name that readers ignore; the caller renames, links or removes it.
  func writeTemporary(_ bytes: [UInt8], for name: String) throws(FileProblem) -> String {
    let temporary = ".\(name).\(UInt64.random(in: .min ... .max))"
    let file = openat(descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard file >= 0 else { throw problem(name, "can't be written") }
    let code = Self.write(bytes, to: file)
    _ = close(file)
    if code == 0 { return temporary }
    remove(temporary)
    throw FileProblem(path: "\(path)/\(name)", what: "can't be written", code: code)
  }

  /// Renames a temporary file, replacing any file of that name.
  func rename(_ temporary: String, to name: String) throws(FileProblem) {
    guard renameat(descriptor, temporary, descriptor, name) == 0 else {
      let problem = problem(name, "can't be named")
      remove(temporary)
      throw problem
    }
    try synchronize()
  }

  /// Links a file of another folder into this one unless the name is taken: put-if-absent, never half written.
  /// - Returns: false if another file has the name.
  func linkIfAbsent(_ file: String, of other: borrowing Folder, as name: String) throws(FileProblem) -> Bool {
    if linkat(other.descriptor, file, descriptor, name, 0) == 0 { return true }
    let code = errno
    guard code == EEXIST else {
      let what = "can't be linked; a journal needs a file system with hard links"
      throw FileProblem(path: "\(path)/\(name)", what: what, code: code)
    }
    // A network file system that lost its first answer reports EEXIST for its own success.
    guard let own = other.identity(of: file), let found = identity(of: name) else { return false }
    return own == found
  }

  func remove(_ name: String) { _ = unlinkat(descriptor, name, 0) }

  /// Sets a file's time to the file system's current time, creating it if missing, and returns that time in
  /// microseconds since 1970.
  func touch(_ name: String) throws(FileProblem) -> Int64 {
    let file = openat(descriptor, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard file >= 0 else { throw problem(name, "can't be written") }
    defer { _ = close(file) }
    var found = stat()
    guard futimens(file, nil) == 0, fstat(file, &found) == 0 else { throw problem(name, "can't be touched") }
    return Self.microseconds(found.st_mtim)
  }

  /// When a file was last touched; nil if there is none.
  func timeOfTouch(_ name: String) throws(FileProblem) -> Int64? {
    var found = stat()
    guard fstatat(descriptor, name, &found, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return nil }
      throw problem(name, "can't be looked at")
    }
    return Self.microseconds(found.st_mtim)
  }

  /// The names in the folder that do not begin with a dot, unordered.
  func names() throws(FileProblem) -> [String] {
    let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let listing = fdopendir(copy) else { throw problem(".", "can't be listed") }
    defer { closedir(listing) }
    var names: [String] = []
    while let found = readdir(listing) {
      let name = withUnsafePointer(to: &found.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  /// Makes everything on the folder's file system durable.
  func synchronizeFileSystem() throws(FileProblem) {
    guard clinux_synchronize_file_system(descriptor) == 0 else { throw problem(".", "can't be synchronised") }
  }

  /// Makes the folder's names durable.
  func synchronize() throws(FileProblem) {
    guard fsync(descriptor) == 0 else { throw problem(".", "can't be synchronised") }
  }

  private func opened(_ name: String) -> Int32 {
    openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
  }

  /// The device and inode of a name; nil if there is none.
  private func identity(of name: String) -> [UInt64]? {
    var found = stat()
    guard fstatat(descriptor, name, &found, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    return [UInt64(found.st_dev), UInt64(found.st_ino)]
  }

  private func problem(_ name: String, _ what: String) -> FileProblem {
    FileProblem(path: name == "." ? path : "\(path)/\(name)", what: what, code: errno)
  }

  private static func microseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  /// Writes and synchronises; returns the system's error number, or zero.
  private static func write(_ bytes: [UInt8], to file: Int32) -> Int32 {
    let code = FileBytes.write(bytes, to: file)
    return code == 0 && fsync(file) != 0 ? errno : code
  }

  private static func create(_ path: String) throws(FileProblem) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw FileProblem(path: "A folder", what: "needs a name", code: EINVAL)
    }
    let code = Folders.create(path)
    if code != 0 { throw FileProblem(path: path, what: "can't be created", code: code) }
  }
}
