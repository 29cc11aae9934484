import CLinux
import ChildProcesses
import Glibc

/// The lock of one device among all processes of the machine: the kernel releases it however its owner ends. The file
/// stays for the next owner.
final class DeviceLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock, or returns nil if a living process holds it.
  init?(_ path: String) throws(SandboxError) {
    // Opening for reading is enough to lock, and the file may belong to another user.
    var descriptor = retryingInterrupts { open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
    if descriptor < 0, errno == ENOENT {
      descriptor = retryingInterrupts { open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644) }
      if descriptor >= 0 { fchmod(descriptor, 0o644) }  // chmod ignores the umask
    }
    if descriptor < 0, errno == EEXIST {
      descriptor = retryingInterrupts { open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
    }
    guard descriptor >= 0 else { throw .system(call: "open \(path)", code: errno) }
    guard try lockAtOnce(descriptor, of: path) else { return nil }
    self.descriptor = descriptor
  }

  deinit {
    // Closing alone is not enough: a child that is being spawned has a copy of the descriptor until it executes its
    // program.
    _ = flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
