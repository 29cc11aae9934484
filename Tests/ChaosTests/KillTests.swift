import ChildProcesses
import Foundation
import Operations
import PaperModel
import Synchronization
import Testing

/// The real process, killed with SIGKILL at named points and at random times, and started again on the same folder.
@Suite(.serialized)
struct KillTests {
  private static let facts = [
    "opened", "claimed", "stepStarted", "stepFinished", "asked", "waiting", "folded", "stageFinished",
  ]
  private static let others =
    ["finish", "keep", "reserve", "launch"] + Stage.allCases.map { "publish.\($0.rawValue)" }

  /// Kills come so thick here that they are nobody's fault.
  private static let goOn = ["run", "--give-up-after", "1000000"]

  /// Every named point, before and after, at its first and at a later passing; then any point at all.
  private static var points: [String] {
    let named = (facts.map { "append.\($0)" } + others).flatMap { ["\($0).before", "\($0).after"] }
    // The baseline is made once: only then is its campaign told of a run's end.
    let first = ["publish.ideate.before:1", "publish.ideate.after:1"]
    return first + named.map { "\($0):1" }.filter { !first.contains($0) }
      + named.filter { !$0.hasPrefix("publish") }.map { "\($0):3" }
      + (1...20).map { "any:\(7 * $0)" }
  }

  private func campaign(_ number: Int) -> [String] {
    ["run", "--template", "\(Binary.fixtures)/templates/tiny", "--ideas", "3", "--name", "chaos-\(number)"]
  }

  @Test func killedAtAHundredPointsItGoesOnAndTheBooksAreRight() async throws {
    let shoal = try Binary(data: "kill")
    defer { shoal.remove() }
    var generator = SystemRandomNumberGenerator()
    var kills = 0
    var campaigns = 1
    var retried: Set<String> = []
    try await enqueue(shoal, 1)
    var pending = Self.points + (0..<25).map { _ in "time:\(UInt64.random(in: 50...1500, using: &generator))" }
    while !pending.isEmpty {
      let point = pending.removeFirst()
      let report = try await goOn(shoal, killedAt: point)
      switch report.end {
      case .signalled(SIGKILL): kills += 1
      case .exited(0):
        // Everything was done before the point was passed: it gets more work, once.
        campaigns += 1
        try await enqueue(shoal, campaigns)
        if retried.insert(point).inserted { pending.insert(point, at: 0) }
      default: Issue.record("\(point): \(report.end) \(report.output.text) \(report.errors.text)")
      }
    }
    #expect(kills >= 100, "only \(kills) kills")
    try await shoal.expect(0, Self.goOn)
    let broken = try await Inspection(shoal.data)
    #expect(broken.campaigns.allSatisfy { $0.isDone && $0.papers.count == 3 })
    broken.checkMoney()

    let calm = try Binary(data: "calm")
    defer { calm.remove() }
    for number in 1...campaigns {
      try await enqueue(calm, number)
      try await calm.expect(0, ["run"])
    }
    let whole = try await Inspection(calm.data)
    whole.checkMoney()
    let (there, here) = (try await whole.results(), try await broken.results())
    #expect(!there.isEmpty && there == here, "result files differ from those of an undisturbed run")
    print(
      "\(kills) kills, \(campaigns) campaigns, \(broken.executions.count) launches against \(whole.executions.count)")
  }

  /// Campaigns are enqueued one after another, each finished before the next, so that ideas are the same every time.
  private func enqueue(_ shoal: Binary, _ number: Int) async throws {
    var words = campaign(number)
    words[0] = "submit"
    try await shoal.expect(0, words)
  }

  private func goOn(_ shoal: Binary, killedAt point: String) async throws -> ChildReport {
    guard point.hasPrefix("time:"), let milliseconds = Int(point.dropFirst(5)) else {
      return try await shoal.run(Self.goOn, environment: ["SHOAL_KILL_AT": point])
    }
    // The child's own time limit is a SIGKILL.
    return try await shoal.run(Self.goOn, limit: .milliseconds(milliseconds))
  }
}
