import ChildProcesses
import Glibc
import Testing
import Threads

@testable import Sandbox

/// A folder of its own for one test, and sandboxes in it.
final class SandboxWorld: Sendable {
  let folder: String
  var scratch: String { "\(folder)/jobs" }

  init() throws {
    folder = "/var/tmp/shoal-test-\(UInt64.random(in: .min ... .max))"
    try #require(mkdir(folder, 0o711) == 0)
    chmod(folder, 0o755)
  }

  deinit { _ = FolderRemoval.remove(folder) }

  var configuration: Sandbox.Configuration {
    var configuration = Sandbox.Configuration()
    configuration.scratchFolder = scratch
    // Users are shared with every other test that runs now, so their locks are too.
    if geteuid() != 0 { configuration.lockFolder = scratch }
    return configuration
  }

  func sandbox(_ change: (inout Sandbox.Configuration) -> Void = { _ in }) throws -> WorldSandbox {
    var configuration = configuration
    change(&configuration)
    return WorldSandbox(world: self, sandbox: try Sandbox(configuration))
  }

  /// Runs a Python program as a job with limits that suit a test.
  func python(
    _ program: String, _ change: (inout SandboxJob) -> Void = { _ in },
    configure: (inout Sandbox.Configuration) -> Void = { _ in }
  ) async throws -> SandboxReport {
    try await sandbox(configure).run(Self.job(program, change))
  }

  static func job(_ program: String, _ change: (inout SandboxJob) -> Void = { _ in }) -> SandboxJob {
    var job = SandboxJob(
      command: ["python3", "program.py"], files: [JobFile(path: "program.py", text: program)])
    job.limits.wallTime = .seconds(10)
    job.limits.diskBytes = 32 << 20
    job.limits.memoryBytes = 1 << 30
    job.limits.processes = 64
    change(&job)
    return job
  }

  /// A FIFO that a job can write to and the test waits on.
  func makeSignal() throws -> String {
    let path = "\(folder)/signal"
    try #require(mkfifo(path, 0o666) == 0)
    chmod(path, 0o666)
    return path
  }

  /// Waits until a process has opened the FIFO, written and closed it.
  static func wait(for signal: String) async -> String {
    await OwnThread.run("test-signal") {
      let descriptor = open(signal, O_RDONLY | O_CLOEXEC)
      defer { close(descriptor) }
      return String(decoding: Pipe.readAll(descriptor, limit: 4096), as: UTF8.self)
    }
  }
}

/// A sandbox that keeps its world's folder alive.
struct WorldSandbox: Sendable {
  let world: SandboxWorld
  let sandbox: Sandbox

  func run(_ job: SandboxJob) async throws(SandboxError) -> SandboxReport { try await sandbox.run(job) }
}

/// Numbers of the living processes whose command line contains a text.
func processes(holding marker: String) -> [Int32] {
  ProcessTable.read().processes.keys.filter { number in
    let descriptor = open("/proc/\(number)/cmdline", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return String(decoding: Pipe.readAll(descriptor, limit: 1 << 16), as: UTF8.self).contains(marker)
  }
}

func entries(of folder: String) -> [String] {
  let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { return [] }
  defer { close(descriptor) }
  return FolderReader.names(descriptor, limit: 1000).map {
    String(decoding: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

func text(of file: String) -> String {
  let descriptor = open(file, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return "" }
  defer { close(descriptor) }
  return String(decoding: Pipe.readAll(descriptor, limit: 1 << 20), as: UTF8.self)
}
