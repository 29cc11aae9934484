import ChildProcesses
import Glibc
import Testing

@testable import Sandbox

/// Attempts to use more than is allowed. The job's own limits bound the time of each.
@Suite(.serialized) struct LimitTests {
  private let marker = "marker-\(UInt64.random(in: .min ... .max))"

  /// Runs an attack with a marker in its command line and checks that no process of it is left.
  private func attack(
    _ program: String, _ change: (inout SandboxJob) -> Void = { _ in },
    configure: (inout Sandbox.Configuration) -> Void = { _ in }
  ) async throws -> SandboxReport {
    let world = try SandboxWorld()
    let report = try await world.python(
      program,
      { job in
        job.command.append(marker)
        change(&job)
      }, configure: configure)
    #expect(processes(holding: marker).isEmpty)
    #expect(entries(of: world.scratch).filter { $0.hasPrefix("job-") }.isEmpty)
    return report
  }

  @Test func `a fork bomb runs into its limit and is swept away`() async throws {
    let report = try await attack(
      """
      import os
      while True:
        try: os.fork()
        except OSError: pass
      """
    ) {
      $0.limits.processes = 32
      $0.limits.wallTime = .seconds(1)
    }
    #expect(report.end == .timedOut)
    #expect(report.wallTime < .seconds(4))
    #expect(report.cpuTime > .milliseconds(100))  // of at most two seconds, beside other suites
  }

  @Test func `a program that relaunches itself for ever ends with its time`() async throws {
    let report = try await attack(
      """
      import os, sys
      if os.fork() == 0:
        os.setsid()
        os.execv('/usr/bin/python3', ['python3'] + sys.argv)
      if len(sys.argv) > 2 or os.getppid() != 1: os._exit(0)
      while True:
        try: os.wait()
        except ChildProcessError: os.execv('/bin/sleep', ['sleep', '60'])
      """
    ) { $0.limits.wallTime = .seconds(1) }
    #expect([.timedOut, .exited(0)].contains(report.end))
    #expect(report.wallTime < .seconds(4))
  }

  @Test func `no limit can be raised from inside`() async throws {
    let report = try await attack(
      """
      import resource as r
      for name in ['AS', 'CPU', 'FSIZE', 'NPROC', 'NOFILE', 'CORE', 'MSGQUEUE']:
        which = getattr(r, 'RLIMIT_' + name)
        soft, hard = r.getrlimit(which)
        if hard == r.RLIM_INFINITY: print(name, 'has no limit')
        try: r.setrlimit(which, (soft, hard + 1)); print(name, 'was raised')
        except (ValueError, OSError): pass
      print('done')
      """)
    #expect(report.outputTail == "done\n")
  }

  @Test(arguments: [Sandbox.Configuration.DiskLimiting.automatic, .watched])
  func `filling the disk, wherever it can write, stops at its size`(
    limiting: Sandbox.Configuration.DiskLimiting
  ) async throws {
    for place in ["/job", "/tmp", "/dev/shm"] {
      let report = try await attack(
        """
        import sys, time
        n = 0
        while True:
          try:
            with open(f'{sys.argv[1]}/{n}', 'wb') as file:
              for i in range(8): file.write(bytes(1 << 20)); time.sleep(0.002)
            n += 1
          except OSError: time.sleep(0.01)
        """,
        { job in
          job.command.insert(place, at: 2)
          job.limits.diskBytes = 24 << 20
          job.limits.wallTime = .seconds(5)
        }, configure: { $0.diskLimiting = limiting })
      #expect(report.end == .diskExceeded)
      let isFirm = limiting == .automatic && geteuid() == 0
      #expect(report.diskLimit == (isFirm ? .enforced : .watched))
      if isFirm { #expect(report.files.reduce(0) { $0 + $1.bytes.count } <= 24 << 20) }
    }
  }

  @Test(arguments: [Sandbox.Configuration.DiskLimiting.automatic, .watched])
  func `filling the disk with names stops at their number`(
    limiting: Sandbox.Configuration.DiskLimiting
  ) async throws {
    let report = try await attack(
      """
      import os, time
      n = 0
      while True:
        try: os.mkdir(f'/tmp/d{n}'); open(f'/job/f{n}', 'w'); n += 1
        except OSError: pass
        if n % 100 == 0: time.sleep(0.001)
      """,
      {
        $0.limits.files = 400
        $0.limits.wallTime = .seconds(5)
      }, configure: { $0.diskLimiting = limiting })
    #expect(report.end == .diskExceeded)
  }

  @Test func `one file can't be larger than its limit`() async throws {
    let report = try await attack("open('big', 'wb').truncate(3 << 20)") { $0.limits.fileBytes = 1 << 20 }
    #expect(report.end == .exited(1))
    #expect(report.errorsTail.contains("File too large"))
  }

  @Test func `endless output is cut off`() async throws {
    let report = try await attack("import os\nwhile True: os.write(1, bytes(65536))") {
      $0.limits.outputBytes = 4 << 20
    }
    #expect(report.end == .outputFlood)
    #expect(report.outputTail.utf8.count <= 64 << 10)
  }

  @Test func `daemons do not outlive the job`() async throws {
    let report = try await attack(
      """
      import os, signal, time
      for i in range(5):
        if os.fork() == 0:
          os.setsid()
          signal.signal(signal.SIGTERM, signal.SIG_IGN)
          if os.fork() == 0:
            time.sleep(60)
          os._exit(0)
      time.sleep(0.2)
      """)
    #expect(report.end == .exited(0))
    #expect(report.wallTime < .seconds(5))
  }

  @Test func `memory is counted over all processes together`() async throws {
    let report = try await attack(
      """
      import os, time
      for i in range(5): os.fork() or [bytearray(os.urandom(1) * (40 << 20)), time.sleep(30)]
      time.sleep(30)
      """
    ) { $0.limits.memoryBytes = 120 << 20 }
    #expect(report.end == .memoryExceeded)
    #expect(report.peakMemoryBytes > 120 << 20)
    #expect(report.wallTime < .seconds(8))
  }

  @Test func `memory that processes share is counted once`() async throws {
    let report = try await attack(
      """
      import os, time
      kept = bytearray(b'x' * (60 << 20))
      children = [os.fork() or (time.sleep(0.4), os._exit(0)) for i in range(4)]
      for child in children: os.waitpid(child, 0)
      """
    ) { $0.limits.memoryBytes = 180 << 20 }
    #expect(report.end == .exited(0))
  }

  @Test func `files held in memory count as memory`() async throws {
    guard geteuid() == 0 else { return }  // for other users they are on a disk
    let report = try await attack(
      """
      import time
      for i in range(100):
        open(f'/dev/shm/{i}', 'wb').write(bytes(1 << 20))
      time.sleep(30)
      """
    ) {
      $0.limits.diskBytes = 200 << 20
      $0.limits.memoryBytes = 80 << 20
    }
    #expect(report.end == .memoryExceeded)
  }

  @Test func `a job is the first to go when the machine runs out of memory, and can't be the last`() async throws {
    let report = try await attack(
      """
      print(open('/proc/self/oom_score_adj').read().strip())
      try:
        with open('/proc/self/oom_score_adj', 'w') as file: file.write('-1')
      except OSError: print('refused')
      """)
    #expect(report.outputTail == "1000\nrefused\n")
  }

  @Test func `one process can't take more address space than its limit`() async throws {
    let report = try await attack("x = bytearray(1 << 30)") { $0.limits.addressSpaceBytes = 512 << 20 }
    #expect(report.end == .exited(1))
    #expect(report.errorsTail.contains("MemoryError"))
  }

  @Test func `processor time is limited over all processes together`() async throws {
    let report = try await attack(
      """
      import os
      for i in range(2): os.fork()
      while True: pass
      """
    ) { $0.limits.cpuTime = .milliseconds(1000) }
    #expect(report.end == .cpuExceeded)
    #expect(report.cpuTime >= .milliseconds(950) && report.cpuTime < .seconds(3))
  }

  @Test func `short children that nobody waits for do not escape the meter altogether`() async throws {
    let report = try await attack(
      """
      import os, signal, time
      signal.signal(signal.SIGCHLD, signal.SIG_IGN)
      reading, writing = os.pipe()
      for i in range(4):
        if os.fork() == 0:
          while time.process_time() < 0.2: pass
          os.write(writing, b'x')
          os._exit(0)
        os.read(reading, 1)
      """)
    #expect(report.end == .exited(0))
    #expect(report.cpuTime > .milliseconds(500))
  }

  @Test func `a sleeper ends with its time, and no sooner`() async throws {
    let report = try await attack("import time; time.sleep(60)") { $0.limits.wallTime = .milliseconds(700) }
    #expect(report.end == .timedOut)
    #expect(report.wallTime >= .milliseconds(700) && report.wallTime < .seconds(4))
  }

  @Test func `a job that ignores every signal ends all the same`() async throws {
    let report = try await attack(
      """
      import signal, time
      for number in range(1, 32):
        try: signal.signal(number, signal.SIG_IGN)
        except OSError: pass
      while True: time.sleep(1)
      """
    ) { $0.limits.wallTime = .milliseconds(500) }
    #expect(report.end == .timedOut)
    #expect(report.wallTime < .seconds(3))
  }
}
