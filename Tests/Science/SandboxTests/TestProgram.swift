import CLinux
import ChildProcesses
import Glibc

/// The running test program, to be started a second time.
enum TestProgram {
  /// A command that runs the matching suites, with the loader's variables and the given ones; nil if the program can't
  /// be found.
  static func again(filter: String, environment: [String: String] = [:]) -> ChildCommand? {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    guard count > 0 else { return nil }
    let program = String(decoding: path.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var command = ChildCommand(
      program, ["--testing-library", "swift-testing", "--filter", "^SandboxTests\\.\(filter)/"])
    command.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    if let loader = getenv("LD_LIBRARY_PATH") { command.environment["LD_LIBRARY_PATH"] = String(cString: loader) }
    command.limits.keeping = .end
    return command
  }
}

func clinuxPidfd(_ process: Int32) -> Int32 { clinux_pidfd_open(process) }

/// Whether the descriptor becomes readable in time; an invalid descriptor counts as readable.
func isReadable(_ descriptor: Int32, milliseconds: Int32) -> Bool {
  var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  return descriptor < 0 || poll(&waiting, 1, milliseconds) == 1
}
