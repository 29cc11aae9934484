import ChildProcesses
import Glibc

/// How full a job's disk is.
enum DiskMeter {
  struct Use: Equatable {
    var bytes = 0
    var files = 0
  }

  /// Of a file system that is all the job's: what is taken, and whether there is room for no more.
  static func fileSystem(_ folder: Int32) -> (use: Use, isFull: Bool)? {
    var status = statvfs()
    guard fstatvfs(folder, &status) == 0 else { return nil }
    let block = Int(status.f_frsize)
    let use = Use(
      bytes: Int(status.f_blocks - status.f_bfree) * block, files: Int(status.f_files - status.f_ffree))
    return (use, status.f_bavail == 0 || status.f_favail == 0)
  }

  /// Of a folder, by walking it, stopping as soon as a limit is passed. What changes meanwhile may be missed once.
  static func walk(_ folder: Int32, limits: SandboxLimits) -> Use {
    var use = Use()
    var open: [(descriptor: Int32, depth: Int)] = [(dup(folder), 0)]
    defer { for entry in open { close(entry.descriptor) } }
    while let (descriptor, depth) = open.popLast() {
      guard descriptor >= 0 else { continue }
      FolderReader.forEach(consuming: descriptor) { name, descriptor in
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return true }
        use.files += 1
        use.bytes += Int(status.st_blocks) * 512
        // A tree that is deeper or wider than this is over its limit on files by any measure that matters here.
        if status.st_mode & S_IFMT == S_IFDIR {
          if depth > 200 || open.count > 500 {
            use.files = limits.files + 1
            return false
          }
          let inner = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
          if inner >= 0 { open.append((inner, depth + 1)) }
        }
        return use.files <= limits.files && use.bytes <= limits.diskBytes
      }
      if use.files > limits.files || use.bytes > limits.diskBytes { break }
    }
    return use
  }
}
