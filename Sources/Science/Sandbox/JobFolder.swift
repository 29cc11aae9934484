import CLinux
import ChildProcesses
import Glibc

/// A job's disk: made, filled, and removed again. A lock file beside it shows that its process lives.
final class JobFolder: Sendable {
  /// The paths of its parts on the host.
  struct Paths: Sendable {
    /// The whole disk; only its user can read it.
    var root: String
    /// `/job` inside.
    var work: String { "\(root)/work" }
    /// `/tmp` inside.
    var temporary: String { "\(root)/tmp" }
    /// `/dev/shm` inside.
    var shared: String { "\(root)/shm" }
  }
  let paths: Paths
  let limit: SandboxReport.DiskLimit
  private let user: UInt32?
  private let lock: LockFile

  /// Makes an empty disk in the scratch folder, as a limited file system if that is possible and wanted.
  init(
    in scratch: ScratchFolder, user: UInt32?, limits: SandboxLimits, limiting: Sandbox.Configuration.DiskLimiting
  ) throws(SandboxError) {
    let new = try scratch.newFolder()
    let paths = Paths(root: new.root)
    var limit = SandboxReport.DiskLimit.watched
    if limiting == .automatic, geteuid() == 0 {
      // The disk's own root and its three folders do not count as the job's.
      let options =
        "size=\(limits.diskBytes),nr_inodes=\(limits.files + 5),mode=0700,uid=\(user ?? 0),gid=\(user ?? 0)"
      if mount("shoal", paths.root, "tmpfs", UInt(MS_NOSUID | MS_NODEV), options) == 0 {
        limit = .enforced
      }
    }
    self.paths = paths
    self.limit = limit
    self.user = user
    lock = new.lock
    do throws(SandboxError) { try makeParts() } catch {
      remove()
      throw error
    }
  }

  private func makeParts() throws(SandboxError) {
    // A mounted file system was given to the user when it was made.
    if let user, limit == .watched, chown(paths.root, user, user) != 0 {
      throw .system(call: "chown \(paths.root)", code: errno)
    }
    for path in [paths.work, paths.temporary, paths.shared] {
      guard mkdir(path, 0o700) == 0, user == nil || chown(path, user ?? 0, user ?? 0) == 0 else {
        throw .system(call: "mkdir \(path)", code: errno)
      }
    }
  }

  /// Writes the job's files. No process of the job runs yet, and the names were checked.
  func stage(_ files: [JobFile], startingIn folder: String) throws(SandboxError) {
    if !folder.isEmpty {
      guard let parts = JobPath.parts(folder) else { throw .unusableJob("its folder is not a plain path") }
      close(try makeFolders(parts[...]))
    }
    for file in files {
      guard let parts = JobPath.parts(file.path) else {
        throw .unusableJob("'\(JobPath.printable(Array(file.path.utf8)))' is not a plain relative path")
      }
      let parent = try makeFolders(parts.dropLast())
      defer { close(parent) }
      let mode: mode_t = file.isExecutable ? 0o755 : 0o644
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let descriptor = openat(parent, parts[parts.count - 1], flags, mode)
      guard descriptor >= 0 else { throw refusal(of: file.path, errno) }
      defer { close(descriptor) }
      let code = Pipe.writeAll(descriptor, file.bytes)
      guard code == 0 else { throw refusal(of: file.path, code) }
      guard fchmod(descriptor, mode) == 0, user == nil || fchown(descriptor, user ?? 0, user ?? 0) == 0 else {
        throw refusal(of: file.path, errno)
      }
    }
  }

  /// The job is to blame only for its names, and for the size of a disk of its own.
  private func refusal(of path: String, _ code: Int32) -> SandboxError {
    switch code {
    case ENAMETOOLONG, EEXIST, ENOTDIR, EISDIR, EINVAL, ELOOP: .staging(path: path, code: code)
    case ENOSPC where limit == .enforced: .staging(path: path, code: code)
    default: .system(call: "write \(path)", code: code)
    }
  }

  /// Opens one of the disk's folders, for measuring or collecting.
  func open(_ path: String) throws(SandboxError) -> Int32 {
    let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(call: "open \(path)", code: errno) }
    return descriptor
  }

  private func makeFolders(_ parts: ArraySlice<String>) throws(SandboxError) -> Int32 {
    var folder = try open(paths.work)
    for part in parts {
      let isNew = mkdirat(folder, part, 0o755) == 0
      let code = errno
      let inner = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      let openCode = errno
      close(folder)
      guard isNew || code == EEXIST, inner >= 0 else {
        throw refusal(of: parts.joined(separator: "/"), isNew || code == EEXIST ? openCode : code)
      }
      if isNew, let user { fchown(inner, user, user) }
      folder = inner
    }
    return folder
  }

  /// Removes the disk, once no process of the job runs any more.
  func remove() { ScratchFolder.discard(paths.root, lock.path) }
}
