import ChildProcesses
import Glibc

/// Removes a job's files, however they are nested or protected. No process of the job may run any more.
enum FolderRemoval {
  /// Removes the folder and all in it; returns 0 or the error number of what could not be removed.
  static func remove(_ path: String) -> Int32 {
    let top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard top >= 0 else { return errno == ENOENT ? 0 : errno }
    defer { close(top) }
    var moved = 0
    var code: Int32 = 0
    // Folders too deep for recursion are moved up to the top, and removed there in a later round.
    repeat {
      moved = 0
      code = empty(top, top: top, depth: 0, moved: &moved)
    } while moved > 0 && code == 0
    if code != 0 { return code }
    return rmdir(path) == 0 ? 0 : errno
  }

  private static func empty(_ folder: Int32, top: Int32, depth: Int, moved: inout Int) -> Int32 {
    _ = fchmod(folder, 0o700)
    while true {
      let names = FolderReader.names(folder, limit: 1000)
      if names.isEmpty { return 0 }
      for name in names {
        if unlinkat(folder, name, 0) == 0 || errno == ENOENT { continue }
        guard errno == EISDIR || errno == EPERM else { return errno }
        if depth == 32 {
          // An unpredictable name, in a folder that no other user writes to.
          let away = ".moved-\(UInt64.random(in: .min ... .max))"
          _ = fchmodat(folder, name, 0o700, 0)
          guard renameat(folder, name, top, away) == 0 else { return errno }
          moved += 1
          continue
        }
        var inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if inner < 0 && errno == EACCES {
          // unlinkat has reported that it is a folder, so this follows no link.
          _ = fchmodat(folder, name, 0o700, 0)
          inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        guard inner >= 0 else { return errno }
        let code = empty(inner, top: top, depth: depth + 1, moved: &moved)
        close(inner)
        guard code == 0 else { return code }
        guard unlinkat(folder, name, AT_REMOVEDIR) == 0 else { return errno }
      }
    }
  }
}
