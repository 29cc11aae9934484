import ChildProcesses
import Glibc
import Synchronization

/// A job from the making of its folder to its removal. Its calls block: each belongs on a thread of its own.
final class PreparedJob: Sendable {
  let command: ChildCommand
  let watched: WatchedJob
  private let job: SandboxJob
  private let folder: JobFolder
  private let user: UserPool.Taken?
  /// The job's ends of the pipes, until the job has been given them.
  private let childEnds: Mutex<[Int32]>

  init(_ job: SandboxJob, in sandbox: Sandbox) throws(SandboxError) {
    let configuration = sandbox.configuration
    let user = geteuid() == 0 ? try sandbox.pool.take() : nil
    let number = user?.user
    let folder = try JobFolder(
      in: sandbox.scratch, user: number, limits: job.limits, limiting: configuration.diskLimiting)
    var ends = PipeEnds()
    do throws(SandboxError) {
      try folder.stage(job.files, startingIn: job.workingDirectory)
      let line = LaunchLine(
        tools: sandbox.tools, job: job, folder: folder.paths, user: number, searchPath: configuration.searchPath)
      (command, watched) = try Self.connect(job, line, sandbox, folder.open(folder.paths.root), folder.limit, &ends)
    } catch {
      ends.closeAll()
      folder.remove()
      throw error
    }
    childEnds = Mutex(ends.child)
    self.job = job
    self.folder = folder
    self.user = user
  }

  /// Closes the job's ends of the pipes, once the job has them or never will.
  func closeChildEnds() {
    childEnds.withLock { ends in
      for descriptor in ends { close(descriptor) }
      ends = []
    }
  }

  /// Collects the files and cleans up, whatever has happened.
  func finish(_ outcome: Result<ChildReport, ChildProcessError>) throws(SandboxError) -> SandboxReport {
    closeChildEnds()
    let isGone = watched.waitUntilGone(milliseconds: 5000) && endOfUser()
    var collector = Collector(job.collect, staged: job.files)
    let report: Result<SandboxReport, SandboxError>
    switch outcome {
    case .failure(.cancelled): report = .failure(.cancelled)
    case .failure(.unusable(let reason)): report = .failure(.unusableJob(reason))
    case .failure(.system(let call, let code)): report = .failure(.system(call: call, code: code))
    case .failure(.notStarted(let program, let code)):
      report = .failure(.system(call: "execute \(program)", code: code))
    case .success where !isGone: report = .failure(.survivors)
    case .success(let child):
      let state = watched.state.withLock { ($0.isReady, $0.use, $0.excess) }
      if let end = JobEnd.judge(
        child, isReady: state.0, excess: state.2, cpuTime: state.1.cpuTime, limits: job.limits,
        isDiskFull: watched.isDiskFull())
      {
        if let work = try? folder.open(folder.paths.work) { collector.collect(consuming: work) }
        report = .success(self.report(end, child, state.1, collector))
      } else {
        let text = String(child.errors.text.suffix(1000)).split(separator: "\n").joined(separator: "; ")
        report = .failure(.notLaunched(text.isEmpty ? "\(child.end)" : text))
      }
    }
    if isGone { folder.remove() }
    return try report.get()
  }

  private func report(
    _ end: SandboxReport.End, _ child: ChildReport, _ use: ResourceUse, _ collector: Collector
  ) -> SandboxReport {
    SandboxReport(
      end: end, outputTail: child.output.text, errorsTail: child.errors.text,
      outputBytes: child.output.totalBytes + child.errors.totalBytes,
      cpuTime: max(child.userTime + child.systemTime, use.cpuTime), wallTime: child.wallTime,
      peakMemoryBytes: max(child.peakResidentBytes, use.peakMemoryBytes), diskLimit: folder.limit,
      files: collector.files, findings: collector.findings)
  }

  /// Makes sure that no process of the job's user is left. In a container none can be; without one, this ends daemons.
  private func endOfUser() -> Bool {
    guard let number = user?.user else { return true }
    for _ in 0..<50 {
      let left = ProcessTable.processes(of: number)
      if left.isEmpty { return true }
      for process in left { kill(process, SIGKILL) }
      _ = poll(nil, 0, 20)
    }
    return false
  }
}

private struct PipeEnds {
  var child: [Int32] = []
  var own: [Int32] = []

  mutating func closeAll() {
    for descriptor in child + own { close(descriptor) }
    (child, own) = ([], [])
  }
}

extension PreparedJob {
  /// Builds the command and the watched job. `ends.own` is empty once the watched job owns them.
  private static func connect(
    _ job: SandboxJob, _ line: LaunchLine, _ sandbox: Sandbox, _ disk: Int32, _ limit: SandboxReport.DiskLimit,
    _ ends: inout PipeEnds
  ) throws(SandboxError) -> (ChildCommand, WatchedJob) {
    ends.own.append(disk)
    let ready = try Pipe.open()
    ends.own.append(ready.reading)
    ends.child.append(ready.writing)
    let go = try Pipe.open()
    ends.own.append(go.writing)
    ends.child.append(go.reading)
    var information: Int32 = -1
    if sandbox.configuration.containment == .bubblewrap {
      let pipe = try Pipe.open()
      information = pipe.reading
      ends.own.append(pipe.reading)
      ends.child.append(pipe.writing)
      let filter = try Pipe.open()
      ends.child.append(filter.reading)
      let code = Pipe.writeAll(filter.writing, sandbox.filter)
      close(filter.writing)
      guard code == 0 else { throw .system(call: "write", code: code) }
    }
    let watched = WatchedJob(
      limits: job.limits, ready: ready.reading, go: go.writing, information: information, disk: disk, diskLimit: limit,
      meter: job.meter)
    ends.own = []
    return (command(job, line, sandbox, ends.child, watched), watched)
  }

  private static func command(
    _ job: SandboxJob, _ line: LaunchLine, _ sandbox: Sandbox, _ inherited: [Int32], _ watched: WatchedJob
  ) -> ChildCommand {
    let isContained = sandbox.configuration.containment == .bubblewrap
    let words = isContained ? line.contained(sandbox.host) : line.uncontained()
    // Empty for all programs before the container: inside, /proc/1/environ shows the environment that bubblewrap was
    // started with.
    var command = ChildCommand(words[0], Array(words.dropFirst()))
    command.inherited = inherited
    if isContained {
      command.workingDirectory = "/"
      command.interrupt = { watched.interrupt() }
    } else {
      let folder = line.folder
      command.workingDirectory = job.workingDirectory.isEmpty ? folder.work : "\(folder.work)/\(job.workingDirectory)"
      command.environment = line.environment
        .merging(["HOME": folder.temporary, "TMPDIR": folder.temporary]) { $1 }
    }
    command.limits.time = job.limits.wallTime
    command.limits.keeping = .end
    command.limits.keptOutputBytes = job.limits.outputTailBytes
    command.limits.keptErrorBytes = job.limits.outputTailBytes
    command.limits.totalOutputBytes = job.limits.outputBytes
    return command
  }
}
