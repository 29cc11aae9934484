import ChildProcesses
import Glibc
import Testing

@testable import Sandbox

/// The decisions, without a process.
@Suite struct RuleTests {
  @Test(arguments: ["a", "a/b", "ä/ö.json", "a b", ".hidden", "a..b", "日本"])
  func `plain paths are taken apart`(path: String) {
    #expect(JobPath.parts(path)?.joined(separator: "/") == path)
  }

  @Test(arguments: [
    "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a\u{7}", "a\u{9f}", "\u{feff}a", "a\\b", "\u{2028}",
  ])
  func `strange paths are refused`(path: String) {
    #expect(JobPath.parts(path) == nil)
  }

  @Test func `a name as long as a file system allows is plain, one byte more is not`() {
    #expect(JobPath.isPlain(String(repeating: "n", count: 255)))
    #expect(!JobPath.isPlain(String(repeating: "n", count: 256)))
    #expect(JobPath.plain([0xff]) == nil)
  }

  @Test func `a process's line is read whatever it calls itself`() {
    let tick = 1_000_000_000 / Int(sysconf(Int32(_SC_CLK_TCK)))
    for name in ["python3", "a b", ") R 1 1 (", ""] {
      let line = "42 (\(name)) S 7 42 42 0 -1 0 1 2 3 4 50 60 70 80 20 0 3 0 999 1000 1234 18446744073709551615 1"
      let process = ProcessTable.Process(stat: Array(line.utf8))
      #expect(
        process
          == .init(
            parent: 7, isZombie: false, threads: 3, residentPages: 1234, ownNanoseconds: 110 * tick,
            waitedNanoseconds: 150 * tick, startTicks: 999))
    }
    #expect(ProcessTable.Process(stat: Array("42 (x) S 7".utf8)) == nil)
    #expect(ProcessTable.Process(stat: []) == nil)
  }

  @Test func `the table holds this very process, and a tree only descendants`() {
    let table = ProcessTable.read()
    #expect(table.processes[getpid()]?.parent == getppid())
    #expect(table.tree(of: getpid())[getppid()] == nil)
    #expect(table.tree(of: getpid())[getpid()] != nil)
    #expect(table.tree(of: -5).isEmpty)
  }

  private func process(own: Int, waited: Int = 0, start: Int = 1) -> ProcessTable.Process {
    .init(
      parent: 1, isZombie: false, threads: 2, residentPages: 10, ownNanoseconds: own, waitedNanoseconds: waited,
      startTicks: start)
  }

  @Test func `processor time of ended processes is kept, whether they were waited for or not`() {
    var use = ResourceUse()
    use.add([1: process(own: 1), 2: process(own: 50)], fileBytesInMemory: 0)
    #expect(use.cpuTime == .nanoseconds(51))
    use.add([1: process(own: 2)], fileBytesInMemory: 0)  // no process waited for 2
    #expect(use.cpuTime == .nanoseconds(52))
    use.add([1: process(own: 2), 2: process(own: 5, start: 9)], fileBytesInMemory: 0)  // another one, same number
    #expect(use.cpuTime == .nanoseconds(57))
    var other = ResourceUse()
    other.add([1: process(own: 1, waited: 300)], fileBytesInMemory: 0)  // came and went between two readings
    #expect(other.cpuTime == .nanoseconds(301))
  }

  @Test func `each exceeded limit has its own name`() {
    var limits = SandboxLimits()
    limits.memoryBytes = 100_000
    limits.cpuTime = .seconds(1)
    limits.processes = 4
    var use = ResourceUse()
    use.add([1: process(own: 1)], fileBytesInMemory: 0)
    #expect(use.excess(over: limits) == nil)
    use.add([1: process(own: 1)], fileBytesInMemory: 100_000)
    #expect(use.excess(over: limits) == .memoryExceeded)
    use.correctMemory(50_000)
    #expect(use.excess(over: limits) == nil)
    #expect(use.peakMemoryBytes > 100_000)
    use.add([1: process(own: 1_000_000_001)], fileBytesInMemory: 0)
    #expect(use.excess(over: limits) == .cpuExceeded)
    var many = ResourceUse()
    many.add(Dictionary(uniqueKeysWithValues: (1...12).map { ($0, process(own: 0)) }), fileBytesInMemory: 0)
    limits.memoryBytes = 1 << 30
    #expect(many.excess(over: limits) == .processesExceeded)
  }

  @Test func `root's line changes the user before it enters the container, and limits before that`() throws {
    var job = SandboxJob(command: ["run", "--it"])
    job.limits.processes = 10
    let line = LaunchLine(
      tools: SandboxTools(bubblewrap: "/b", limiter: "/l", userChanger: "/u"), job: job,
      folder: .init(root: "/r"), user: 77, searchPath: "/p")
    let words = line.contained(HostLayout())
    let places = try ["/l", "/u", "/b", "/bin/sh"].map { try #require(words.firstIndex(of: $0)) }
    #expect(places == places.sorted() && places[0] == 0)
    #expect(try #require(words.firstIndex(of: "--nproc=13")) < places[1])
    #expect(words.suffix(3) == ["init", "run", "--it"])
    for word in ["--unshare-all", "--disable-userns", "--die-with-parent", "--new-session", "--clearenv", "--seccomp"] {
      #expect(words.contains(word))
    }
    var plain = line
    plain.user = nil
    let user = plain.contained(HostLayout())
    #expect(!user.contains("/u"))
    #expect(try #require(user.firstIndex(of: "--nproc=13")) > (try #require(user.firstIndex(of: "/b"))))
  }

  @Test func `a process that is held to fewer processes asks for no more`() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 5, rlim_max: 5)
      precondition(setrlimit(__rlimit_resource_t(__RLIMIT_NPROC.rawValue), &limit) == 0)
      let line = LaunchLine(
        tools: SandboxTools(bubblewrap: "/b", limiter: "/l", userChanger: "/u"), job: SandboxJob(command: ["run"]),
        folder: .init(root: "/r"), user: nil, searchPath: "/p")
      precondition(line.contained(HostLayout()).contains("--nproc=5"))
    }
  }

  @Test func `findings are told in words, and not without end`() {
    let findings = (1...53).map { CollectionFinding(path: "n\($0)", reason: .symbolicLink) }
    let lines = CollectionFinding.lines([CollectionFinding(path: "", reason: .gaveUp)] + findings)
    #expect(lines.count == 51 && lines.last == "and 4 more" && lines[1] == "n1: a symbolic link")
    #expect(lines[0] == "its folder: too many entries; the rest was not looked at")
  }

  @Test func `the filter is a program for the kernel`() throws {
    let program = try SystemCallFilter.program()
    #expect(program.count > 80 && program.count.isMultiple(of: 8))
    #expect(program.count < 16_384)  // it is written to a pipe before anything reads it
  }
}
