import ChildProcesses
import Glibc
import Testing

@testable import Sandbox

/// The environment of a well-behaved job.
@Suite(.serialized) struct JobTests {
  @Test func `a program runs on its staged files and its results are collected`() async throws {
    let world = try SandboxWorld()
    let report = try await world.python(
      """
      import os, sys
      data = open('/job/data/in.txt').read()
      os.makedirs('out/deep')
      open('out/deep/result.json', 'w').write(data.upper())
      print(os.getcwd(), sys.argv, os.environ.get('SETTING'), oct(os.stat('tool').st_mode & 0o777))
      print('warned', file=sys.stderr)
      sys.exit(3)
      """
    ) {
      $0.files.append(JobFile(path: "data/in.txt", text: "words"))
      $0.files.append(JobFile(path: "tool", text: "#!/bin/sh\n", isExecutable: true))
      $0.command.append("argument with spaces")
      $0.environment = ["SETTING": "set"]
    }
    #expect(report.end == .exited(3))
    #expect(report.outputTail == "/job ['program.py', 'argument with spaces'] set 0o755\n")
    #expect(report.errorsTail == "warned\n")
    #expect(
      report.files == [CollectedFile(path: "out/deep/result.json", bytes: Array("WORDS".utf8), isExecutable: false)])
    #expect(report.findings.isEmpty)
    #expect(report.peakMemoryBytes > 1 << 20)
    #expect(entries(of: world.scratch).filter { $0.hasPrefix("job-") }.isEmpty)
  }

  @Test func `inputs can be read and not written, wherever they are put`() async throws {
    let world = try SandboxWorld()
    mkdir("\(world.folder)/data", 0o755)
    let file = open("\(world.folder)/data/words", O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    _ = Pipe.writeAll(file, Array("given".utf8))
    fchmod(file, 0o666)
    close(file)
    let report = try await world.python(
      """
      for place in ['/data', '/job/data', '/tmp/data', '/opt/a/b']:
        print(open(place + '/words').read())
        try: open(place + '/words', 'w'); print('written')
        except OSError as error: print(error.strerror)
      """
    ) { job in
      job.inputs = ["/data", "/job/data", "/tmp/data", "/opt/a/b"].map { ReadOnlyBind("\(world.folder)/data", at: $0) }
    }
    #expect(report.outputTail == String(repeating: "given\nRead-only file system\n", count: 4))
    #expect(report.files.isEmpty)
  }

  @Test func `a working directory inside the job folder is made and used`() async throws {
    let world = try SandboxWorld()
    let report = try await world.sandbox().run(
      SandboxJob(command: ["sh", "-c", "pwd; echo x > here"], workingDirectory: "sub/folder"))
    #expect(report.outputTail == "/job/sub/folder\n")
    #expect(report.files.map(\.path) == ["sub/folder/here"])
  }

  @Test func `the end of the command is reported as in a shell`() async throws {
    let sandbox = try SandboxWorld().sandbox()
    #expect(try await sandbox.run(SandboxJob(command: ["no-such-program"])).end == .exited(127))
    #expect(try await sandbox.run(SandboxJob(command: ["sh", "-c", "kill -SEGV $$"])).end == .signalled(SIGSEGV))
    #expect(try await sandbox.run(SandboxJob(command: ["true"])).end == .exited(0))
  }

  @Test func `only the end of a long output is kept, and all of it is counted`() async throws {
    let world = try SandboxWorld()
    let report = try await world.python("for i in range(100000): print(i)") { $0.limits.outputTailBytes = 12 }
    #expect(report.outputTail == "99998\n99999\n")
    #expect(report.outputBytes == 588_890)
  }

  @Test func `processor time of children that nobody waited for is counted`() async throws {
    let world = try SandboxWorld()
    let report = try await world.python(
      """
      import os, time
      reading, writing = os.pipe()
      for i in range(2):
        if os.fork() == 0:
          os.setsid()
          if os.fork() == 0:
            while time.process_time() < 0.2: pass
            os.write(writing, b'x')
            time.sleep(60)
          os._exit(0)
      for i in range(2): os.read(reading, 1)
      """)
    #expect(report.end == .exited(0))
    #expect(report.cpuTime > .milliseconds(400))
    #expect(report.cpuTime < .seconds(4))
  }

  @Test func `jobs that run at once have users of their own`() async throws {
    guard geteuid() == 0 else { return }  // a normal user can't change to others
    let sandbox = try SandboxWorld().sandbox()
    let job = SandboxWorld.job("import os, time; print(os.getuid()); time.sleep(0.3)")
    async let first = sandbox.run(job)
    async let second = sandbox.run(job)
    let users = try await [first.outputTail, second.outputTail]
    #expect(users[0] != users[1])
    #expect(users.allSatisfy { UInt32($0.dropLast()).map { Sandbox.Configuration().users.contains($0) } == true })
  }

  @Test func `when all users are taken the error says so and calls itself transient`() async throws {
    guard geteuid() == 0 else { return }
    let world = try SandboxWorld()
    let sandbox = try world.sandbox {
      $0.users = 65_101...65_101
      $0.lockFolder = $0.scratchFolder + "-locks"
    }
    let held = try UserPool(users: 65_101...65_101, folder: world.scratch + "-locks").take()
    let error = await #expect(throws: SandboxError.self) { try await sandbox.run(SandboxJob(command: ["true"])) }
    #expect(error == .noFreeUser)
    #expect(error?.blame == .crowd)
    #expect(held.user == 65_101)
  }

  @Test func `a job that can't be expressed is refused before anything is made`() async throws {
    let world = try SandboxWorld()
    let sandbox = try world.sandbox()
    var jobs = [SandboxJob(command: [])]
    for path in ["", "/etc/x", "../x", "a/../../x", "a//b", "a\nb", "a\u{202e}b", "./a", "a/"] {
      jobs.append(SandboxJob(command: ["true"], files: [JobFile(path: path, text: "x")]))
    }
    jobs.append(SandboxJob(command: ["true"], inputs: [ReadOnlyBind("relative")]))
    jobs.append(SandboxJob(command: ["true"], inputs: [ReadOnlyBind("/usr", at: "/job/../usr")]))
    jobs.append(SandboxJob(command: ["true"], devices: [DeviceBind("/etc/passwd")]))
    jobs.append(SandboxJob(command: ["a\0b"]))
    jobs.append(SandboxJob(command: ["true"], workingDirectory: "../.."))
    jobs.append(SandboxWorld.job("") { $0.limits.processes = 0 })
    for job in jobs {
      await #expect { try await sandbox.run(job) } throws: { error in
        if case .unusableJob = error as? SandboxError { true } else { false }
      }
    }
    #expect(entries(of: world.scratch).filter { $0.hasPrefix("job-") }.isEmpty)
  }

  @Test func `files that do not fit on the job's disk, or collide, are named`() async throws {
    let world = try SandboxWorld()
    let sandbox = try world.sandbox()
    let twice = [JobFile(path: "a", text: "1"), JobFile(path: "a", text: "2")]
    await #expect(throws: SandboxError.staging(path: "a", code: EEXIST)) {
      try await sandbox.run(SandboxJob(command: ["true"], files: twice))
    }
    await #expect(throws: SandboxError.self) {
      let files = [JobFile(path: "a", text: "1"), JobFile(path: "a/b", text: "2")]
      return try await sandbox.run(SandboxJob(command: ["true"], files: files))
    }
    #expect(entries(of: world.scratch).filter { $0.hasPrefix("job-") }.isEmpty)
  }

  @Test func `an input that is not there stops the launch with what bubblewrap said`() async throws {
    let sandbox = try SandboxWorld().sandbox()
    await #expect {
      try await sandbox.run(SandboxJob(command: ["true"], inputs: [ReadOnlyBind("/no/such/input")]))
    } throws: { error in
      let text = "\(error)"
      return text.contains("/no/such/input") && text.contains("shoal doctor")
    }
  }
}
