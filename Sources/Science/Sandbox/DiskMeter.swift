import ChildProcesses
import Glibc

/// Measures how full a job's disk is.
enum DiskMeter {
  struct Use: Equatable {
    var bytes = 0
    var files = 0

    func isOver(_ limit: Use) -> Bool { bytes > limit.bytes || files > limit.files }
  }

  /// Measures a file system that the job has to itself, and whether it is full.
  static func fileSystem(_ folder: Int32) -> (use: Use, isFull: Bool)? {
    var status = statvfs()
    guard fstatvfs(folder, &status) == 0 else { return nil }
    let block = Int(status.f_frsize)
    let use = Use(
      bytes: Int(status.f_blocks - status.f_bfree) * block, files: Int(status.f_files - status.f_ffree))
    return (use, status.f_bavail == 0 || status.f_favail == 0)
  }

  /// Measures a folder by walking it, and stops as soon as it finds more than `limit`. Files that change meanwhile may
  /// be missed once. It does not close the descriptor.
  static func walk(_ folder: Int32, limit: Use) -> Use {
    var use = Use()
    var open: [(descriptor: Int32, depth: Int)] = [(dup(folder), 0)]
    defer { for entry in open { close(entry.descriptor) } }
    while !use.isOver(limit), let (descriptor, depth) = open.popLast() {
      guard descriptor >= 0 else { continue }
      FolderReader.forEach(consuming: descriptor) { name, descriptor in
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return true }
        use.files += 1
        use.bytes += Int(status.st_blocks) * 512
        guard status.st_mode & S_IFMT == S_IFDIR else { return !use.isOver(limit) }
        // Descriptors are held for folders that are still to be read, so a tree built to exhaust them counts as too
        // large.
        guard depth < 4096, open.count < 400 else {
          use.files = limit.files + 1
          return false
        }
        let inner = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if inner >= 0 { open.append((inner, depth + 1)) }
        return !use.isOver(limit)
      }
    }
    return use
  }
}
