import CLinux
import Glibc
import Synchronization
import Testing
import Threads

@testable import ChildProcesses

@Suite(.serialized) struct ChildProcessTests {
  private func shell(_ script: String, _ change: (inout ChildCommand) -> Void = { _ in }) async throws -> ChildReport {
    var command = ChildCommand("/bin/sh", ["-c", script])
    change(&command)
    return try await ChildProcess.run(command)
  }

  @Test func `a child gets its arguments, input and folder, and its output is returned`() async throws {
    let report = try await shell(#"cat; pwd; printf '%s|' "$@" >&2; exit 7"#) {
      $0.arguments += ["name", "a b", "", "c"]
      $0.input = Array("given".utf8)
      $0.workingDirectory = "/usr"
    }
    #expect(report.end == .exited(7))
    #expect(report.output.text == "given/usr\n")
    #expect(report.errors.text == "a b||c|")
    #expect(report.stopped == nil)
  }

  @Test func `nothing of the caller's environment or descriptors is seen inside`() async throws {
    setenv("SHOAL_TEST_KEY", "secret", 1)
    let leaked = open("/etc/passwd", O_RDONLY)
    defer { close(leaked) }
    let report = try await ChildProcess.run(ChildCommand("/usr/bin/env"))
    #expect(report.output.text == "")
    let listing = try await ChildProcess.run(ChildCommand("/bin/ls", ["/proc/self/fd"]))
    #expect(listing.output.text == "0\n1\n2\n3\n")  // 3 is ls's own
  }

  @Test func `passed descriptors appear as three and four, even when their numbers cross`() async throws {
    var first: [Int32] = [-1, -1]
    var second: [Int32] = [-1, -1]
    #expect(pipe(&first) == 0 && pipe(&second) == 0)
    let ends = [first[1], second[1]].sorted(by: >)
    let report = try await shell("echo to-three >&3; echo to-four >&4") { $0.inherited = ends }
    #expect(report.end == .exited(0))
    for (descriptor, text) in [(ends[0], "to-three\n"), (ends[1], "to-four\n")] {
      let reading = descriptor == first[1] ? first[0] : second[0]
      var buffer = [UInt8](repeating: 0, count: 100)
      let count = read(reading, &buffer, 100)
      #expect(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self) == text)
    }
    for descriptor in first + second { close(descriptor) }
  }

  @Test func `a program that is not there, or a command that can't be expressed, gets a clear error`() async throws {
    await #expect(throws: ChildProcessError.notStarted(program: "/no/such", code: ENOENT)) {
      try await ChildProcess.run(ChildCommand("/no/such"))
    }
    await #expect(throws: ChildProcessError.unusable("env is not a path")) {
      try await ChildProcess.run(ChildCommand("env"))
    }
    await #expect(throws: ChildProcessError.self) { try await ChildProcess.run(ChildCommand("/bin/echo", ["a\0b"])) }
    await #expect(throws: ChildProcessError.self) {
      var command = ChildCommand("/bin/echo")
      command.environment = ["A=B": "c"]
      return try await ChildProcess.run(command)
    }
    let text = "\(ChildProcessError.notStarted(program: "/no/such", code: ENOENT))"
    #expect(text.contains("/no/such") && text.contains("No such file"))
  }

  @Test func `input that the child does not read neither hangs nor kills the caller`() async throws {
    let report = try await shell("exit 0") { $0.input = [UInt8](repeating: 65, count: 10_000_000) }
    #expect(report.end == .exited(0))
  }

  @Test func `a flood is drained and counted while only a part is kept`() async throws {
    let report = try await shell("head -c 20000000 /dev/zero; echo done >&2") { $0.limits.keptOutputBytes = 1000 }
    #expect(report.end == .exited(0))
    #expect(report.output.bytes.count == 1000)
    #expect(report.output.totalBytes == 20_000_000)
    #expect(report.errors.text == "done\n")
  }

  @Test func `a flood over the total limit is stopped`() async throws {
    let report = try await shell("cat /dev/zero") { $0.limits.totalOutputBytes = 5_000_000 }
    #expect(report.stopped == .outputFlood)
    #expect(report.end == .signalled(SIGKILL))
  }

  @Test func `the time limit ends the whole group`() async throws {
    let report = try await shell("sleep 60 & echo $!; sleep 61") { $0.limits.time = .milliseconds(200) }
    #expect(report.stopped == .timeLimit)
    #expect(report.end == .signalled(SIGKILL))
    #expect(report.wallTime >= .milliseconds(200) && report.wallTime < .seconds(5))
    let other = try #require(Int32(report.output.text.split(separator: "\n")[0]))
    #expect(await isGone(other))
  }

  @Test func `a child that leaves children behind takes them with it`() async throws {
    let report = try await shell("sleep 60 & echo $!")
    #expect(report.end == .exited(0))
    #expect(report.stopped == nil)
    #expect(!report.outputLeftOpen)
    let other = try #require(Int32(report.output.text.dropLast()))
    #expect(await isGone(other))
  }

  @Test func `a daemon that left the group can't hold the caller by the output it keeps open`() async throws {
    let report = try await shell("setsid sh -c 'echo $$; sleep 60' & sleep 0.2")
    #expect(report.outputLeftOpen)
    #expect(report.wallTime < .seconds(5))
    kill(try #require(Int32(report.output.text.dropLast())), SIGKILL)
  }

  @Test func `cancelling the task ends the child and still reports its use`() async throws {
    let (started, continuation) = AsyncStream<Int32>.makeStream()
    let task = Task {
      try await ChildProcess.run(ChildCommand("/bin/sleep", ["60"])) { child in
        if let processID = child.processID { continuation.yield(processID) }
      }
    }
    var iterator = started.makeAsyncIterator()
    let processID = try #require(await iterator.next())
    task.cancel()
    let report = try await task.value
    #expect(report.stopped == .cancelled)
    #expect(report.end == .signalled(SIGKILL))
    #expect(await isGone(processID))
  }

  @Test func `a task that was cancelled before starts no child`() async throws {
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await ChildProcess.run(ChildCommand("/bin/sleep", ["60"]))
    }
    task.cancel()
    await #expect(throws: ChildProcessError.cancelled) { try await task.value }
  }

  @Test func `an interrupt that works is not followed by a kill, an ignored one is`()
    async throws
  {
    let asked = Lock(0)
    let gentle = try await shell("trap 'exit 9' TERM; echo up; while :; do sleep 0.01; done") { command in
      command.limits.totalOutputBytes = 2
      command.interrupt = {
        asked.withLock { $0 += 1 }
        return false
      }
    }
    #expect(gentle.end == .signalled(SIGKILL))
    #expect(asked.withLock { $0 } == 1)
    let stubborn = try await shell("sleep 60") {
      $0.limits.time = .milliseconds(50)
      $0.interrupt = { true }
      $0.interruptGrace = .milliseconds(100)
    }
    #expect(stubborn.end == .signalled(SIGKILL))
    #expect(stubborn.wallTime >= .milliseconds(150))
  }

  @Test func `processor time counts the children that were waited for, and memory their largest`() async throws {
    let report = try await shell("python3 -c 'x = bytearray(60 << 20)\nfor i in range(3_000_000): pass'")
    #expect(report.end == .exited(0))
    #expect(report.userTime + report.systemTime > .milliseconds(30))
    #expect(report.peakResidentBytes > 60 << 20)
  }

  @Test func `a command's closures are released when it has ended`() async throws {
    final class Held: Sendable {}
    weak var first: Held?
    weak var second: Held?
    do {
      let started = Held()
      let interrupt = Held()
      (first, second) = (started, interrupt)
      var command = ChildCommand("/bin/true")
      command.interrupt = { withExtendedLifetime(interrupt) { false } }
      _ = try await ChildProcess.run(command) { _ in withExtendedLifetime(started) {} }
    }
    // The thread releases the last child only when it turns to the next.
    _ = try await ChildProcess.run(ChildCommand("/bin/true"))
    #expect(first == nil && second == nil)
  }

  @Test func `a thousand uses leave no descriptor and no zombie`() async throws {
    _ = try await ChildProcess.run(ChildCommand("/bin/true"))
    let before = openDescriptors()
    let started = ProcessList()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<1000 {
        if number >= 8 { try await group.next() }
        group.addTask {
          var command = ChildCommand(number.isMultiple(of: 10) ? "/no/such" : "/bin/true")
          command.input = number.isMultiple(of: 3) ? [1] : nil
          do {
            _ = try await ChildProcess.run(command) { child in
              started.numbers.withLock { $0.append(child.processID ?? 0) }
            }
          } catch ChildProcessError.notStarted {}
        }
      }
      try await group.waitForAll()
    }
    #expect(openDescriptors() < before + 200)  // other suites run beside this one; a leak would be a thousand
    for process in started.numbers.withLock({ $0 }) {
      var information = siginfo_t()
      #expect(waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT) == -1 && errno == ECHILD)
    }
  }
}

private final class ProcessList: Sendable {
  let numbers = Lock<[Int32]>([])
}

/// Whether the process is dead, or dies within some seconds: a signal takes a moment to arrive.
private func isGone(_ processID: Int32) async -> Bool {
  await OwnThread.run("test-wait") {
    let end = clinux_pidfd_open(processID)
    guard end >= 0 else { return true }
    defer { close(end) }
    var waiting = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, 5000) == 1
  }
}

private func openDescriptors() -> Int {
  guard let folder = opendir("/proc/self/fd") else { return -1 }
  defer { closedir(folder) }
  var count = 0
  while readdir(folder) != nil { count += 1 }
  return count
}
