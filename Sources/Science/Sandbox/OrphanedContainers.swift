import CLinux
import ChildProcesses
import Glibc

/// Containers whose Shoal was killed while it was making them.
///
/// The kernel ends a container with the thread that started it. bubblewrap asks for that in both of its processes, in
/// the second one only after the first has let it continue: if the first is killed between the two, the second waits
/// for it for ever.
struct OrphanedContainers {
  let scratch: String
  /// The path by which Shoal starts bubblewrap.
  let bubblewrap: String

  /// Kills them. A container is an orphan if no process holds the lock of its job's folder: Shoal takes the lock before
  /// it starts the container, and holds it until no process of the job runs.
  /// - Returns: the number of processes killed.
  @discardableResult
  func end() throws(SandboxError) -> Int {
    var ended = 0
    // The first of a container's two processes, when it is killed, may leave the second behind.
    for _ in 0..<5 {
      let more = try endOnce()
      if more == 0 { break }
      ended += more
    }
    return ended
  }

  private func endOnce() throws(SandboxError) -> Int {
    var ended = 0
    for process in ProcessTable.numbers() {
      // First the descriptor, then the command line: if the number is given to another process in between, the
      // descriptor still refers to the process that ended.
      let descriptor = clinux_pidfd_open(process)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      guard let folder = jobFolder(of: process), let lock = try LockFile("\(scratch)/\(folder).lock") else { continue }
      if clinux_pidfd_send(descriptor, SIGKILL) == 0 { ended += 1 }
      // A folder that is still there is removed with its lock at the next start.
      if access("\(scratch)/\(folder)", F_OK) != 0 { lock.remove() }
    }
    return ended
  }

  /// The name of the job folder for which a process was started to make a container; nil for any other process.
  private func jobFolder(of process: Int32) -> String? {
    let descriptor = open("/proc/\(process)/cmdline", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return Self.jobFolder(Pipe.readAll(descriptor, limit: 1 << 17), scratch: scratch, bubblewrap: bubblewrap)
  }

  /// The same, from a command line in the format of `/proc`.
  static func jobFolder(_ commandLine: [UInt8], scratch: String, bubblewrap: String) -> String? {
    let words = commandLine.split(separator: 0, omittingEmptySubsequences: false)
    guard let first = words.first, first.elementsEqual(bubblewrap.utf8),
      let job = words.firstIndex(where: { $0.elementsEqual(Sandbox.jobFolder.utf8) }), job >= 2,
      words[job - 2].elementsEqual("--bind".utf8)
    else { return nil }
    let parts = String(decoding: words[job - 1], as: UTF8.self).split(
      separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 2, parts.last == "work", parts.dropLast(2).joined(separator: "/") == scratch,
      let name = parts.dropLast().last, name.hasPrefix("job-")
    else { return nil }
    return String(name)
  }
}
