import CLinux
import Glibc

/// The parent of job folders. A folder `<name>` belongs to the process that holds the lock on `<name>.lock`.
struct ScratchFolder: Sendable {
  let path: String

  /// Makes the folder if need be; kills and removes what dead processes have left.
  /// - Parameter bubblewrap: the path by which Shoal starts it; nil if jobs are not contained.
  init(_ path: String, bubblewrap: String? = nil) throws(SandboxError) {
    self.path = path
    // Others may pass through (a job's user must) but not list.
    try makePrivateFolder(path, mode: 0o711)
    if let bubblewrap { try OrphanedContainers(scratch: path, bubblewrap: bubblewrap).end() }
    try removeStale()
  }

  /// A new folder, and the lock that shows that its owner lives.
  struct NewFolder: ~Copyable {
    let root: String
    let lock: LockFile
  }

  /// A new empty folder and its lock.
  func newFolder() throws(SandboxError) -> NewFolder {
    while true {
      let name = "job-" + String(UInt64.random(in: .min ... .max), radix: 36)
      guard let lock = try LockFile("\(path)/\(name).lock") else { continue }
      let root = "\(path)/\(name)"
      if mkdir(root, 0o700) == 0 { return NewFolder(root: root, lock: lock) }
      let code = errno
      lock.remove()
      guard code == EEXIST else { throw .system(call: "mkdir \(root)", code: code) }
    }
  }

  private func removeStale() throws(SandboxError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(call: "open \(path)", code: errno) }
    defer { close(descriptor) }
    for name in FolderReader.names(descriptor, limit: 100_000) {
      guard let text = JobPath.plain(name.dropLast().map { UInt8(bitPattern: $0) }), text.hasPrefix("job-") else {
        continue
      }
      let folder = text.hasSuffix(".lock") ? String(text.dropLast(5)) : text
      guard let lock = try LockFile("\(path)/\(folder).lock") else { continue }
      Self.discard("\(path)/\(folder)", lock.path)
    }
  }

  /// Removes a folder, its file system and its lock; for the process that holds the lock. What can't be removed now
  /// stays with its lock file, for the next start.
  static func discard(_ root: String, _ lock: String) {
    while umount2(root, Int32(MNT_DETACH | UMOUNT_NOFOLLOW)) == 0 {}
    if FolderRemoval.remove(root) == 0 { unlink(lock) }
  }
}
