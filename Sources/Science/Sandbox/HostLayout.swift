import Glibc

/// The part of the host that every job sees, read-only: the system's programs and libraries, and no user's files.
struct HostLayout: Sendable {
  /// The arguments for bubblewrap.
  let binds: [String]

  /// Finds out how this host is laid out.
  init() {
    var binds = ["--ro-bind", "/usr", "/usr"]
    for name in ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] {
      if let target = Self.linkTarget("/\(name)") {
        binds += ["--symlink", target, "/\(name)"]
      } else if access("/\(name)", F_OK) == 0 {
        binds += ["--ro-bind", "/\(name)", "/\(name)"]
      }
    }
    for path in ["/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts"] where access(path, F_OK) == 0 {
      binds += ["--ro-bind", path, path]
    }
    self.binds = binds
  }

  /// Whether every job can read a file, given by its path without links.
  static func isSeen(_ path: String) -> Bool {
    ["/usr/", "/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/", "/libx32/"].contains(where: path.hasPrefix)
  }

  private static func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink(path, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }
}
