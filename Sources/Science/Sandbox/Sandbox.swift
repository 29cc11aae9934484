import ChildProcesses
import Glibc
import Threads

/// Runs model-written code so that it can do no harm: no network, no keys, nothing visible but its own folder and
/// read-only inputs, and limits that it can't lift.
///
/// `docs/threat-model.md` says what contains what, and what is not defended against.
public final class Sandbox: Sendable {
  /// The path of the job folder inside.
  public static let jobFolder = "/job"

  let configuration: Configuration
  let tools: SandboxTools
  let host = HostLayout()
  let scratch: ScratchFolder
  let pool: UserPool
  let filter: [UInt8]
  private let watchdog: Watchdog
  private let orphans: OrphanedContainers

  /// Finds the tools, then kills and removes what jobs of killed processes left. It reads and removes files, so it
  /// blocks.
  /// - Throws: `SandboxError.notContained` if something is missing; whether containment really holds is tested by
  ///   `probe` and by each launch.
  public init(_ configuration: Configuration = Configuration()) throws(SandboxError) {
    self.configuration = configuration
    tools = try SandboxTools.found(for: configuration.containment)
    let isContained = configuration.containment == .bubblewrap
    scratch = try ScratchFolder(configuration.scratchFolder, bubblewrap: isContained ? tools.bubblewrap : nil)
    orphans = OrphanedContainers(scratch: scratch.path, bubblewrap: tools.bubblewrap)
    pool = UserPool(users: configuration.users, folder: configuration.lockFolder)
    filter = try SystemCallFilter.program()
    watchdog = try Watchdog.shared()
  }

  /// Runs a job to its end and returns its report and files.
  ///
  /// A job that fails, is killed or exceeds a limit yields a report, not an error. If the task is cancelled the job is
  /// killed, its folder is collected and removed as usual, and the report says `.cancelled`.
  /// - Throws: if nothing of the job was executed, and `.survivors`.
  public func run(_ job: SandboxJob) async throws(SandboxError) -> SandboxReport {
    try check(job)
    let prepared = try await OwnThread.run("job-start") { () throws(SandboxError) in
      try PreparedJob(job, in: self)
    }
    let outcome: Result<ChildReport, ChildProcessError>
    do throws(ChildProcessError) {
      outcome = .success(
        try await ChildProcess.run(prepared.command) { [watchdog] child in
          prepared.closeChildEnds()
          watchdog.add(prepared.watched, child)
        })
    } catch { outcome = .failure(error) }
    watchdog.remove(prepared.watched)
    return try await OwnThread.run("job-end") { () throws(SandboxError) in try prepared.finish(outcome) }
  }

  /// Kills the containers that other Shoal processes left half made when they were killed.
  /// - Returns: the number of processes killed.
  @discardableResult
  public func endOrphans() async throws(SandboxError) -> Int {
    guard configuration.containment == .bubblewrap else { return 0 }
    return try await OwnThread.run("job-orphans") { [orphans] () throws(SandboxError) in try orphans.end() }
  }

  private func check(_ job: SandboxJob) throws(SandboxError) {
    guard !job.command.isEmpty else { throw .unusableJob("it has no command") }
    try job.limits.check()
    for input in job.inputs {
      for path in [input.hostPath, input.sandboxPath] {
        guard path.hasPrefix("/"), path != "/", JobPath.parts(String(path.dropFirst())) != nil else {
          throw .unusableJob("'\(path)' is no plain absolute path for an input")
        }
      }
    }
    for device in job.devices {
      let inside = device.sandboxPath
      guard inside.hasPrefix("/dev/"), JobPath.parts(String(inside.dropFirst())) != nil,
        device.hostPath.hasPrefix("/"), device.hostPath.hasSuffix(inside)
      else { throw .unusableJob("'\(device.hostPath)' is no device") }
    }
    let texts = job.command + job.environment.flatMap { [$0, $1] }
    guard !texts.contains(where: { $0.utf8.contains(0) }), !job.environment.keys.contains(where: { $0.contains("=") })
    else { throw .unusableJob("a word of its command or environment holds a NUL byte, or a name an equals sign") }
  }
}
