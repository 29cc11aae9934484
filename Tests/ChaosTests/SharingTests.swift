import ChildProcesses
import Foundation
import Glibc
import Operations
import PaperModel
import PipelineRules
import Projections
import Testing

/// Several real processes on one data folder, and processes that are asked to stop.
@Suite(.serialized)
struct SharingTests {
  private let template = "\(Binary.fixtures)/templates/tiny"

  @Test func `two workers share a folder's work and execute nothing twice`() async throws {
    let shoal = try Binary(data: "share")
    defer { shoal.remove() }
    try await shoal.expect(0, ["submit", "--template", template, "--ideas", "5", "--name", "share"])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 { group.addTask { try await shoal.expect(0, ["worker", "--until-idle", "--parallel", "1"]) } }
      try await group.waitForAll()
    }
    let found = try await Inspection(shoal.data)
    #expect(found.campaigns.allSatisfy { $0.isDone && $0.papers.count == 5 })
    try found.checkMoney()
    #expect(found.costs.lines.allSatisfy { $0.state == "finished" }, "a step was taken twice or abandoned")
    var shares: [WorkerID: Int] = [:]
    for entry in found.journals.values.joined() {
      if case .claimed(let worker, _, _, _) = entry.fact { shares[worker, default: 0] += 1 }
    }
    #expect(shares.count == 2 && shares.values.allSatisfy { $0 >= 5 }, "\(shares)")
  }

  @Test func `a command stopped by a signal says how to continue, which pays for nothing twice`() async throws {
    let shoal = try Binary(data: "stop")
    defer { shoal.remove() }
    let words = ["run", "--template", template, "--ideas", "2", "--name", "stop"]
    let report = try await shoal.run(words, environment: ["SHOAL_KILL_AT": "append.waiting.after:2:INT"])
    #expect(report.end == .exited(130), "\(report.end) \(report.errors.text)")
    #expect(report.errors.text.contains("Continue with: shoal run --data \(shoal.data)"))
    try await shoal.expect(0, ["run"])
    let found = try await Inspection(shoal.data)
    #expect(found.campaigns.allSatisfy { $0.isDone && $0.papers.count == 2 })
    try found.checkMoney()
    #expect(found.costs.lines.allSatisfy { $0.state == "finished" }, "draining lost a step")
  }

  @Test func `a worker that froze before a launch and thaws later executes nothing`() async throws {
    let shoal = try Binary(data: "freeze")
    defer { shoal.remove() }
    try await shoal.expect(0, ["submit", "--template", template, "--ideas", "1", "--name", "freeze"])
    let child = AsyncStream<RunningChild>.makeStream()
    async let thawed = shoal.run(
      ["worker", "--until-idle", "--slots", "1"], environment: ["SHOAL_KILL_AT": "launch.before:4:STOP"],
      started: { child.continuation.yield($0) })
    let process = try #require(await child.stream.first { _ in true }?.processID)
    try #require(await hasStopped(process), "the worker ended before it froze")
    // The other process continues when the frozen one's heartbeat is stale.
    try await shoal.expect(0, ["worker", "--until-idle"])
    let before = try await Inspection(shoal.data)
    #expect(before.campaigns.allSatisfy { $0.isDone })
    kill(process, SIGCONT)
    #expect(try await thawed.end == .exited(0))
    let after = try await Inspection(shoal.data)
    try after.checkMoney()
    let launches = { (found: Inspection) in found.executions.values.filter { $0 != nil }.count }
    #expect(launches(after) == launches(before))
  }

  /// Waits until the child process is stopped; false when it ended instead.
  private func hasStopped(_ process: pid_t) async -> Bool {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var change = siginfo_t()
        var code: Int32
        repeat {
          code = waitid(P_PID, id_t(process), &change, WSTOPPED | WEXITED | WNOWAIT)
        } while code != 0 && errno == EINTR
        continuation.resume(returning: code == 0 && change.si_code == CLD_STOPPED)
      }
    }
  }

  @Test func `a worker that Ctrl-Z stops holds up no other, wherever it was`() async throws {
    let shoal = try Binary(data: "pause")
    defer { shoal.remove() }
    try await shoal.expect(0, ["submit", "--template", template, "--ideas", "2", "--name", "pause"])
    let child = AsyncStream<RunningChild>.makeStream()
    async let paused = shoal.run(["worker", "--until-idle"], started: { child.continuation.yield($0) })
    let process = try #require(await child.stream.first { _ in true }?.processID)
    for number in 0..<20 {
      kill(process, SIGTSTP)
      guard await hasStopped(process) else { break }
      // It writes, so it would wait for ever behind a process that stopped in the middle of a commit.
      try await shoal.expect(0, ["budget", "pause", "--to", "\(100 + number)"])
      kill(process, SIGCONT)
    }
    #expect(try await paused.end == .exited(0))
  }
}
