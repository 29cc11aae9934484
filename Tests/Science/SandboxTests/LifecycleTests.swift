import ChildProcesses
import Glibc
import Testing
import Threads

@testable import Sandbox

/// The fate of jobs whose process is cancelled or killed.
@Suite(.serialized) struct LifecycleTests {
  private static let waitingProgram = """
    import sys, time
    open('partial', 'w').write('so far')
    open('/signal', 'w').write('up')
    time.sleep(60)
    """

  @Test func `cancelling kills the job, and still collects and cleans up`() async throws {
    let world = try SandboxWorld()
    let sandbox = try world.sandbox()
    let signal = try world.makeSignal()
    let marker = "marker-\(UInt64.random(in: .min ... .max))"
    let task = Task {
      try await sandbox.run(
        SandboxWorld.job(Self.waitingProgram) {
          $0.command.append(marker)
          $0.inputs = [ReadOnlyBind(signal, at: "/signal")]
        })
    }
    #expect(await SandboxWorld.wait(for: signal) == "up")
    #expect(!processes(holding: marker).isEmpty)
    task.cancel()
    let report = try await task.value
    #expect(report.end == .cancelled)
    #expect(report.files.map(\.path) == ["partial"])
    #expect(processes(holding: marker).isEmpty)
    #expect(entries(of: world.scratch).filter { $0.hasPrefix("job-") }.isEmpty)
  }

  @Test func `when shoal itself is killed its jobs die, and the next start removes what they left`() async throws {
    let world = try SandboxWorld()
    let signal = try world.makeSignal()
    let marker = "marker-\(UInt64.random(in: .min ... .max))"
    let helper = try #require(
      TestProgram.again(
        filter: "HelperTests",
        environment: [
          "SHOAL_TEST_WORLD": world.folder, "SHOAL_TEST_MARKER": marker,
        ]))
    let (started, continuation) = AsyncStream<RunningChild>.makeStream()
    let run = Task { try await ChildProcess.run(helper) { continuation.yield($0) } }
    var iterator = started.makeAsyncIterator()
    let child = try #require(await iterator.next())
    #expect(await SandboxWorld.wait(for: signal) == "up")
    let process = try #require(child.processID)
    let jobs = processes(holding: marker).filter { $0 != process }
    #expect(!jobs.isEmpty)
    let ends = jobs.map { clinuxPidfd($0) }
    kill(process, SIGKILL)
    #expect(try await run.value.end == .signalled(SIGKILL))
    let areGone = await OwnThread.run("test-wait") { ends.allSatisfy { isReadable($0, milliseconds: 5000) } }
    #expect(areGone)
    for end in ends { close(end) }
    #expect(!entries(of: world.scratch).filter { $0.hasPrefix("job-") }.isEmpty)
    _ = try world.sandbox()
    #expect(entries(of: world.scratch).filter { $0.hasPrefix("job-") }.isEmpty)
    #expect(!text(of: "/proc/self/mounts").contains(world.folder))
  }

  @Test func `a start leaves the folders of living processes alone`() async throws {
    let world = try SandboxWorld()
    let scratch = try ScratchFolder(world.scratch)
    let folder = try JobFolder(in: scratch, user: nil, limits: SandboxLimits(), limiting: .automatic)
    _ = try world.sandbox()
    #expect(access(folder.paths.work, F_OK) == 0)
    folder.remove()
    #expect(access(folder.paths.root, F_OK) != 0)
  }

  @Test func `a start kills containers whose owner is gone, and leaves those of living processes alone`() async throws {
    let world = try SandboxWorld()
    _ = try world.sandbox()
    let living = try JobFolder(
      in: ScratchFolder(world.scratch), user: nil, limits: SandboxLimits(), limiting: .watched)
    let orphaned = "\(world.scratch)/job-orphaned"
    mkdir(orphaned, 0o700)
    mkdir("\(orphaned)/work", 0o700)
    let (_, orphanRuns) = try await Self.container(on: orphaned)
    let (other, otherRuns) = try await Self.container(on: living.paths.root)
    _ = try world.sandbox()
    #expect(try await orphanRuns.value.end == .signalled(SIGKILL))
    #expect(access(orphaned, F_OK) != 0 && access("\(orphaned).lock", F_OK) != 0)
    let process = try #require(other.processID)
    #expect(kill(process, 0) == 0)
    other.stop()
    _ = try await otherRuns.value
    living.remove()
  }

  /// A container for a job folder, as Shoal would start one.
  private static func container(
    on folder: String
  ) async throws -> (child: RunningChild, end: Task<ChildReport, any Error>) {
    let command = ChildCommand(
      try #require(SandboxTools.find("bwrap")),
      [
        "--die-with-parent", "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64",
        "/lib64", "--bind", "\(folder)/work", Sandbox.jobFolder, "--", "/usr/bin/sleep", "600",
      ])
    let (started, continuation) = AsyncStream<RunningChild>.makeStream()
    let end = Task { try await ChildProcess.run(command) { continuation.yield($0) } }
    var iterator = started.makeAsyncIterator()
    return (try #require(await iterator.next()), end)
  }

  @Test(arguments: [
    (["/usr/bin/bwrap", "--bind", "/s/job-1/work", "/job", "--"], "job-1"),
    (["/usr/bin/bwrap", "--bind", "/s/job-1/tmp", "/tmp", "--bind", "/s/job-2/work", "/job"], "job-2"),
    (["/bin/ls", "--bind", "/s/job-1/work", "/job"], nil),
    (["/usr/bin/bwrap", "--bind", "/t/job-1/work", "/job"], nil),
    (["/usr/bin/bwrap", "--bind", "/s/job-1/../x/work", "/job"], nil), (["/usr/bin/bwrap", "/job"], nil),
    (["/usr/bin/bwrap", "--bind", "/s/other/work", "/job"], nil), ([], nil),
  ]) func `a container is known by the folder that its command binds`(_ words: [String], _ folder: String?) {
    let line: [UInt8] = words.flatMap { [UInt8]($0.utf8) + [0] }
    #expect(OrphanedContainers.jobFolder(line, scratch: "/s", bubblewrap: "/usr/bin/bwrap") == folder)
  }

  @Test func `a scratch folder that others can write to is refused`() async throws {
    let world = try SandboxWorld()
    mkdir(world.scratch, 0o777)
    chmod(world.scratch, 0o777)
    #expect { try world.sandbox() } throws: { "\($0)".contains("shoal doctor") }
    rmdir(world.scratch)
    symlink("/tmp", world.scratch)
    #expect { try world.sandbox() } throws: { "\($0)".contains("shoal doctor") }
    unlink(world.scratch)
  }

  @Test func `a hundred jobs leave no descriptor, folder or mount behind`() async throws {
    let world = try SandboxWorld()
    let sandbox = try world.sandbox()
    _ = try await sandbox.run(SandboxJob(command: ["true"]))
    for _ in 0..<25 {
      async let fine = sandbox.run(SandboxJob(command: ["true"]))
      async let absent = sandbox.run(SandboxJob(command: ["no-such"]))
      async let forking = sandbox.run(SandboxJob(command: ["sh", "-c", "sleep 9 &"]))
      async let unbound = try? sandbox.run(SandboxJob(command: ["true"], inputs: [ReadOnlyBind("/no/such")]))
      #expect(try await fine.end == .exited(0))
      _ = try await (absent, forking, unbound)
    }
    #expect(entries(of: world.scratch).filter { $0.hasPrefix("job-") }.isEmpty)
    #expect(!text(of: "/proc/self/mounts").contains(world.folder))
    // Other suites run beside this one, so this is a bound and not an equality; 100 leaks would exceed it.
    #expect(entries(of: "/proc/self/fd").count < 90)
  }

  @Test func `without containment a job is still limited, and ends with its group`() async throws {
    let world = try SandboxWorld()
    let report = try await world.python(
      "import os; open('x', 'w').write(os.environ['HOME']); print(os.path.exists('/etc/passwd'))", { _ in },
      configure: { $0.containment = .none })
    #expect(report.end == .exited(0))
    #expect(report.outputTail == "True\n")
    #expect(report.files.map(\.path) == ["x"])
    let slow = try await world.python(
      "import time; time.sleep(60)", { $0.limits.wallTime = .milliseconds(500) },
      configure: { $0.containment = .none })
    #expect(slow.end == .timedOut)
  }

  @Test func `where no user namespace can be made, a job is refused`() async throws {
    var helper = try #require(TestProgram.again(filter: "HelperTests", environment: ["SHOAL_TEST_REFUSAL": "1"]))
    let container = [
      "--unshare-user", "--disable-userns", "--uid", "1000", "--gid", "1000", "--dev-bind", "/", "/", "--",
    ]
    helper.arguments = container + [helper.program] + helper.arguments
    helper.program = try #require(SandboxTools.find("bwrap"))
    helper.limits.time = .seconds(60)
    let report = try await ChildProcess.run(helper)
    #expect(report.end == .exited(0), "\(report.output.text) \(report.errors.text)")
    #expect((report.output.text + report.errors.text).contains("nothing runs and the probe says why\" passed"))
  }

  @Test func `the probe says that this machine contains jobs, and what is wrong with an environment`() async throws {
    let world = try SandboxWorld()
    let missing = PythonEnvironment(path: "/no/such/environment")
    let findings = await Sandbox.probe(world.configuration, python: missing)
    try #require(findings.map(\.subject) == ["containment", "disk limit", "python"])
    #expect(findings[0].severity == .works, "\(findings[0].text)")
    #expect(findings[1].severity == (geteuid() == 0 ? .works : .weaker), "\(findings[1].text)")
    #expect(findings[2].severity == .broken)
    if geteuid() == 0 {
      // As an environment in root's home would be: present, but closed to the user that the job runs as.
      mkdir("\(world.folder)/closed", 0o700)
      mkdir("\(world.folder)/closed/environment", 0o755)
      let closed = PythonEnvironment(path: "\(world.folder)/closed/environment")
      let finding = try #require(await Sandbox.probe(world.configuration, python: closed).last)
      #expect(finding.severity == .broken && finding.text.contains("chmod o+x"), "\(finding.text)")
    }
    var hidden = world.configuration
    hidden.scratchFolder = "/no/such/parent/jobs"
    #expect(await Sandbox.probe(hidden).map(\.severity) == [.broken])
  }
}

/// Not tests of their own: other tests start them in a process of their own.
@Suite struct HelperTests {
  @Test(.enabled(if: getenv("SHOAL_TEST_REFUSAL") != nil))
  func `where no user namespace can be made, nothing runs and the probe says why`() async throws {
    let world = try SandboxWorld()
    let configuration = world.configuration
    let sandbox = try Sandbox(configuration)
    await #expect {
      try await sandbox.run(SandboxJob(command: ["true"]))
    } throws: { error in
      if case .notLaunched = error as? SandboxError { "\(error)".contains("shoal doctor") } else { false }
    }
    let findings = await Sandbox.probe(configuration)
    #expect(findings.map(\.severity) == [.broken])
    #expect(findings[0].text.contains("user.max_user_namespaces"), "\(findings[0].text)")
  }

  @Test(.enabled(if: getenv("SHOAL_TEST_WORLD") != nil))
  func `runs a long job until it is killed`() async throws {
    let folder = try #require(getenv("SHOAL_TEST_WORLD").map { String(cString: $0) })
    let marker = try #require(getenv("SHOAL_TEST_MARKER").map { String(cString: $0) })
    var configuration = Sandbox.Configuration()
    configuration.scratchFolder = "\(folder)/jobs"
    if geteuid() != 0 { configuration.lockFolder = "\(folder)/jobs" }
    _ = try await Sandbox(configuration).run(
      SandboxWorld.job("import time; open('/signal', 'w').write('up'); time.sleep(60)") {
        $0.command.append(marker)
        $0.inputs = [ReadOnlyBind("\(folder)/signal", at: "/signal")]
        $0.limits.wallTime = .seconds(30)
      })
  }
}
