import CLinux
import ChildProcesses
import Glibc

/// Containers whose Shoal was killed while they were being made.
///
/// The kernel ends a container with the thread that started it. bubblewrap asks for that in both of its processes, in
/// the second one only after the first has let it go on: killed between the two, the first leaves the second behind,
/// which waits for it without end.
struct OrphanedContainers {
  /// The scratch folder.
  let scratch: String
  /// The path by which Shoal starts bubblewrap.
  let bubblewrap: String

  /// Kills those that there are. A container is an orphan where no process holds the lock of its job's folder: a Shoal
  /// takes it before it starts the container, and has it until nothing of the job runs.
  /// - Returns: how many were killed.
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
      // First the descriptor, then the command line: should the number be given to another process in between, the
      // descriptor is that of the one that is gone.
      let descriptor = clinux_pidfd_open(process)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      guard let folder = jobFolder(of: process), let lock = try LockFile("\(scratch)/\(folder).lock") else { continue }
      if clinux_pidfd_send(descriptor, SIGKILL) == 0 { ended += 1 }
      // A folder that is still there is removed with its lock by the next start.
      if access("\(scratch)/\(folder)", F_OK) != 0 { lock.remove() }
    }
    return ended
  }

  /// The name of the job folder that a process was started to make a container for; nil for any other process.
  private func jobFolder(of process: Int32) -> String? {
    let descriptor = open("/proc/\(process)/cmdline", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return Self.jobFolder(Pipe.readAll(descriptor, limit: 1 << 17), scratch: scratch, bubblewrap: bubblewrap)
  }

  /// The same of a command line as `/proc` has it.
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
