import ChildProcesses
import Foundation
import Operations
import PaperModel
import Projections
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

  /// No work is given up because of all these kills.
  private static let goOn = ["run", "--give-up-after", "1000000"]

  /// Whether `make chaos` runs it: more kills, for minutes.
  private static let isLong = ProcessInfo.processInfo.environment["SHOAL_CHAOS"] == "long"

  /// Every named point, before and after, at its first pass. `make chaos` adds a later pass, any point by its number,
  /// and random times.
  private static var points: [String] {
    let named = (facts.map { "append.\($0)" } + others).flatMap { ["\($0).before", "\($0).after"] }
    // The baseline is made once, and only then a run's end wakes the campaign.
    let early = ["publish.ideate.before:1", "publish.ideate.after:1"]
    let first = early + named.map { "\($0):1" }.filter { !early.contains($0) }
    guard isLong else { return first }
    return first + named.filter { !$0.hasPrefix("publish") }.map { "\($0):3" } + (1...20).map { "any:\(7 * $0)" }
      + (0..<25).map { _ in "time:\(UInt64.random(in: 50...1500))" }
  }

  private func campaign(_ number: Int) -> [String] {
    ["run", "--template", "\(Binary.fixtures)/templates/tiny", "--ideas", "3", "--name", "chaos-\(number)"]
  }

  @Test func `killed at every point it resumes, and the books are right`() async throws {
    let shoal = try Binary(data: "kill")
    defer { shoal.remove() }
    var kills = 0
    var campaigns = 1
    var retried: Set<String> = []
    try await enqueue(shoal, 1)
    var pending = Self.points
    let most = pending.count
    while !pending.isEmpty {
      let point = pending.removeFirst()
      let report = try await goOn(shoal, killedAt: point)
      switch report.end {
      case .signalled(SIGKILL): kills += 1
      case .exited(0):
        // All work was done before the point was passed: add another campaign, once.
        campaigns += 1
        try await enqueue(shoal, campaigns)
        if retried.insert(point).inserted { pending.insert(point, at: 0) }
      default: Issue.record("\(point): \(report.end) \(report.output.text) \(report.errors.text)")
      }
    }
    #expect(kills >= most - 2, "only \(kills) kills at \(most) points")
    try await shoal.expect(0, Self.goOn)
    let broken = try await Inspection(shoal.data)
    #expect(broken.campaigns.allSatisfy { $0.isDone && $0.papers.count == 3 })
    try broken.checkMoney()
    #expect(try Binary.orphans() == [], "processes of killed attempts are left")

    let calm = try Binary(data: "calm")
    defer { calm.remove() }
    for number in 1...campaigns {
      try await enqueue(calm, number)
      try await calm.expect(0, ["run"])
    }
    let whole = try await Inspection(calm.data)
    try whole.checkMoney()
    let (there, here) = (try await whole.results(), try await broken.results())
    #expect(!there.isEmpty && there == here, "result files differ from those of an undisturbed run")
    print(
      "\(kills) kills, \(campaigns) campaigns, \(broken.executions.count) launches against \(whole.executions.count)")
  }

  @Test(arguments: [["--name", "cut"], []])
  func aSubmissionThatIsKilledAnywhereIsRepeatable(_ name: [String]) async throws {
    let shoal = try Binary(data: "submit")
    defer { shoal.remove() }
    var kills = 0
    var answered = 0
    while true {
      let named = name.map { $0 == "cut" ? "cut-\(kills)" : $0 }
      let words = ["submit", "--template", "\(Binary.fixtures)/templates/tiny", "--ideas", "0"] + named
      let report = try await shoal.run(words, environment: ["SHOAL_KILL_AT": "any:\(kills + 1)"])
      if report.end == .exited(0) { break }
      #expect(report.end == .signalled(SIGKILL), "\(report.errors.text)")
      kills += 1
      if !report.output.text.isEmpty { answered += 1 }
      try await shoal.expect(0, words)
    }
    // At least a blob, the opening, the item and the entry that it is enqueued, each before and after.
    #expect(kills >= 8)
    try await shoal.expect(0, Self.goOn)
    let found = try await Inspection(shoal.data)
    // Without a name, one that was killed after its answer and its last write can't be told from one that is wanted
    // twice.
    #expect(answered <= 2, "\(answered) were killed after their answers")
    let most = kills + 1 + (name.isEmpty ? min(answered, 1) : 0)
    #expect((kills + 1...most).contains(found.campaigns.count) && found.campaigns.allSatisfy(\.isDone))
  }

  @Test(arguments: [[], ["--name", "cut"]])
  func aWorkerDoesNotWaitForACampaignThatNobodyEnqueues(_ name: [String]) async throws {
    let submit = ["submit", "--template", "\(Binary.fixtures)/templates/tiny", "--ideas", "0"] + name
    for remedy in [submit, ["recover"], ["run"], ["cancel"]] {
      let shoal = try Binary(data: "left")
      defer { shoal.remove() }
      let cut = try await shoal.run(submit, environment: ["SHOAL_KILL_AT": "append.opened.after:1"])
      #expect(cut.end == .signalled(SIGKILL), "\(cut.errors.text)")
      // Work that can be done is done first.
      try await shoal.expect(0, Array(submit.prefix(5)) + ["--name", "other"])
      let worker = try await shoal.run(["worker", "--until-idle"], limit: .seconds(60))
      #expect(worker.end == .exited(1), "\(worker.end) \(worker.errors.text)")
      let words = worker.errors.text.split(separator: "\n").filter { $0.contains("is not enqueued") }
      let campaign = try #require(words.first?.prefix { $0 != " " })
      #expect(words.count == 1 && name.isEmpty == campaign.hasPrefix("tiny-"), "\(worker.errors.text)")
      try await shoal.expect(0, remedy == ["cancel"] ? remedy + [String(campaign)] : remedy)
      try await shoal.expect(0, ["worker", "--until-idle"])
      let end: Standing = remedy == ["cancel"] ? .cancelled : .done
      let found = try await Inspection(shoal.data)
      #expect(found.campaigns.map(\.end) == [end, .done], "\(remedy)")
    }
  }

  @Test(arguments: ["append.opened.after:1", "publish.ideate.before:1", "publish.ideate.after:1"])
  func aRunThatIsKilledWhileItSubmitsGoesOn(_ point: String) async throws {
    for name in [["--name", "cut"], []] {
      let run = ["run", "--template", "\(Binary.fixtures)/templates/tiny", "--ideas", "0"] + name
      for again in [run, ["run"], ["submit"] + run.dropFirst()] {
        let shoal = try Binary(data: "run")
        defer { shoal.remove() }
        let report = try await shoal.run(run, environment: ["SHOAL_KILL_AT": point])
        #expect(report.end == .signalled(SIGKILL), "\(report.errors.text)")
        try await shoal.expect(0, again)
        if again.first == "submit" { try await shoal.expect(0, ["worker", "--until-idle"]) }
        let found = try await Inspection(shoal.data)
        #expect(found.campaigns.count == 1 && found.campaigns.allSatisfy(\.isDone), "\(again) after \(point)")
        guard name.isEmpty, again == ["run"] else { continue }
        // What `shoal run` has finished is known: the same command means another campaign.
        try await shoal.expect(0, ["submit"] + run.dropFirst())
        #expect(try await Inspection(shoal.data).campaigns.count == 2)
      }
    }
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
