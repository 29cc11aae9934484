import CLinux
import ChildProcesses
import Glibc

/// A file that is locked for as long as its owner lives: the kernel releases the lock however the process ends.
struct LockFile: ~Copyable {
  let path: String
  private let descriptor: Int32

  /// Takes the lock, or returns nil if a living process holds it.
  init?(_ path: String) throws(SandboxError) {
    while true {
      let descriptor = retryingInterrupts { open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) }
      guard descriptor >= 0 else { throw .system(call: "open \(path)", code: errno) }
      guard try lockAtOnce(descriptor, of: path) else { return nil }
      // Between opening and locking, a process that cleans up may have removed it.
      var status = stat()
      if fstat(descriptor, &status) == 0, status.st_nlink > 0 {
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  /// Removes the file and releases the lock.
  consuming func remove() {
    unlink(path)
  }

  deinit {
    // Closing alone is not enough: a child that is being spawned has a copy of the descriptor until it executes its
    // program.
    _ = flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

/// Locks an open file, or closes it and returns false if a living process holds the lock.
func lockAtOnce(_ descriptor: Int32, of path: String) throws(SandboxError) -> Bool {
  if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
  let code = errno
  close(descriptor)
  guard code == EWOULDBLOCK || code == EINTR else { throw .system(call: "flock \(path)", code: code) }
  return false
}
