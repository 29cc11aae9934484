import CLinux
import Glibc

/// Users without an account that jobs run as, one for each job, shared among processes by locks.
struct UserPool: Sendable {
  let users: ClosedRange<UInt32>
  let folder: String

  /// A user that no other job has, and that owns no process.
  final class Taken: Sendable {
    let user: UInt32
    private let lock: LockFile

    fileprivate init(user: UInt32, lock: consuming LockFile) {
      self.user = user
      self.lock = lock
    }
  }

  func take() throws(SandboxError) -> Taken {
    try makePrivateFolder(folder, mode: 0o700)
    for user in users {
      guard let lock = try LockFile("\(folder)/user-\(user)") else { continue }
      // Processes that a killed owner left behind die with it; until then its user is not given to another job.
      guard ProcessTable.processes(of: user).isEmpty else { continue }
      return Taken(user: user, lock: lock)
    }
    throw .noFreeUser
  }
}

/// Makes a private folder, or verifies that an existing one is private: in a shared place another user may have made it
/// first.
func makePrivateFolder(_ path: String, mode: mode_t) throws(SandboxError) {
  if mkdir(path, mode) == 0 {
    guard chmod(path, mode) == 0 else { throw .system(call: "chmod \(path)", code: errno) }  // chmod ignores the umask
    return
  }
  guard errno == EEXIST else { throw .system(call: "mkdir \(path)", code: errno) }
  var status = stat()
  guard lstat(path, &status) == 0 else { throw .system(call: "lstat \(path)", code: errno) }
  guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
    throw .notContained("\(path) is not a folder that only this user can write to; remove it or name another")
  }
}
