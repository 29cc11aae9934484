import Foundation
import PaperModel
import PipelineRules
import ServiceTestSupport
import Testing

/// Three real brokers and real workers, all killed and frozen in random order: every paper ends, and nothing is paid
/// for twice. `SHOAL_CHAOS=long` runs for minutes, `SHOAL_CHAOS_SEED` repeats an order.
@Suite(.serialized, .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)))
struct ClusterChaosTests {
  private struct Form {
    var seconds = 30.0
    var signals = 15
    var waves = WorkerFaults.Waves(signals: 8, spared: 1)
    var brokersKilled = 1
    var rounds = 1
    var thinkers = 2
    var runners = 2
    var all = 1
    var ideas = 3
    var papersLeft = 4

    static let long = Form(
      seconds: 275, signals: 200, waves: .init(signals: 12, spared: 2), brokersKilled: 3, rounds: 2, thinkers: 3,
      runners: 3, all: 2, ideas: 6, papersLeft: 10)
  }

  private struct Summary: Codable {
    var seed: UInt64
    var kills = 0
    var freezes = 0
    var brokerKills: [Int: Int] = [:]
    var movedLeaders = 0
    var papers = 0
    var workerStarts = 0
    var surprises = 0
    var secondsToSettle = 0.0
    var executedSteps = 0
    var repeatedExecutions = 0
    var claims = 0
    var lateSettlements = 0
    /// Papers that had ended when the faults stopped.
    var papersDuringFaults = 0
  }

  private static let environment = ProcessInfo.processInfo.environment

  @Test(.timeLimit(.minutes(15)))
  func `under kills and freezes every paper ends and nothing is paid for twice`() async throws {
    let form = Self.environment["SHOAL_CHAOS"] == "long" ? Form.long : Form()
    let seed = Self.environment["SHOAL_CHAOS_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...999_999)
    print("Faults in the order of SHOAL_CHAOS_SEED=\(seed)")
    let kafka = try await KafkaCluster(brokers: 3, heap: "200m")
    try await DisturbedCluster.with(kafka) { cluster in
      let crew = Self.crew(form, on: cluster.machine)
      var summary = Summary(seed: seed)
      try await crew.atWork { try await run(form, seed, cluster, crew, &summary) }
      #expect(summary.kills + summary.freezes >= form.signals)
      #expect(summary.brokerKills.count == form.brokersKilled)
      #expect(summary.brokerKills.values.allSatisfy { $0 >= form.rounds })
      #expect(summary.movedLeaders > 0)
    }
    try await kafka.stop()
  }

  private func run(
    _ form: Form, _ seed: UInt64, _ cluster: DisturbedCluster, _ crew: [CrewMember], _ summary: inout Summary
  ) async throws {
    let feed = try await PaperFeed(cluster, ideas: form.ideas)
    try await feed.submit()
    for member in crew { member.start() }
    try await disturb(form, seed, cluster, crew, feed, &summary)

    let calm = Pace.now
    summary.papersDuringFaults = await feed.submitted - (try await feed.unfinished())
    let isDone = try await Pace.look(every: 1, within: 240) { try await feed.unfinished() == 0 }
    let left = try await feed.unfinished()
    #expect(isDone && left == 0, "\(left) papers did not come to their end")
    let isSettled = try await Pace.look(every: 2, within: 60) {
      let found = try await ClusterInspection(store: cluster.machine.store, data: cluster.machine.local)
      return found.isAtRest && found.unsettled.isEmpty
    }
    #expect(isSettled, "reservations of lost workers are still open")
    summary.secondsToSettle = Double(Pace.now - calm) / 1_000_000
    await crew.concurrently { await $0.leave() }
    summary.workerStarts = crew.reduce(0) { $0 + $1.starts }
    let surprises = crew.flatMap(\.surprises)
    summary.surprises = surprises.count
    try await check(cluster, await feed.submitted, &summary)
    print(String(decoding: try JSONEncoder().encode(summary), as: UTF8.self))
    #expect(surprises.isEmpty, "workers ended by themselves: \(surprises.joined(separator: "\n"))")
  }

  private static func crew(_ form: Form, on machine: Machine) -> [CrewMember] {
    let patience = ["--give-up-after", "1000000", "--parallel", "1", "--slots", "2"]
    func members(_ count: Int, _ name: String, _ words: [String]) -> [CrewMember] {
      (1...count).map { CrewMember("\(name)\($0)", machine, words + patience) }
    }
    return members(form.thinkers, "thinker", ["--stages", "ideate,novelty,design,plot,write,review,revise"])
      + members(form.runners, "runner", ["--stages", "run.cpu"]) + members(form.all, "all", [])
  }

  private func disturb(
    _ form: Form, _ seed: UInt64, _ cluster: DisturbedCluster, _ crew: [CrewMember], _ feed: PaperFeed,
    _ summary: inout Summary
  ) async throws {
    // All workers run before any is killed.
    let isUp = try await Pace.look(within: 60) { crew.allSatisfy(\.isAwake) }
    try #require(isUp)
    let end = Pace.now + Int64(form.seconds * 1_000_000)
    var brokers = try BrokerFaults(cluster.kafka, seed: seed)
    async let signals = { [crew] in
      var workers = WorkerFaults(crew, seed: seed &+ 1)
      try await workers.disturb(form.waves, atLeast: form.signals, until: end, latest: end + 25_000_000)
      return workers
    }()
    async let feeding: Void = feed.feed(atLeast: form.papersLeft, until: end)
    try await brokers.disturb(rounds: form.rounds, of: form.brokersKilled, until: end)
    summary.brokerKills = brokers.outcome.kills
    summary.movedLeaders = brokers.outcome.movedLeaders
    let workers = try await signals
    summary.kills = workers.kills
    summary.freezes = workers.freezes
    try await feeding
    await brokers.close()
  }

  private func check(_ cluster: DisturbedCluster, _ papers: Int, _ summary: inout Summary) async throws {
    let found = try await ClusterInspection(store: cluster.machine.store, data: cluster.machine.local)
    found.checkMoney()
    summary.papers = found.papers.count
    summary.executedSteps = found.executedSteps
    summary.repeatedExecutions = found.repeatedExecutions
    for entry in found.journals.values.joined() {
      if case .claimed = entry.fact { summary.claims += 1 }
      if case .settledLate = entry.fact { summary.lateSettlements += 1 }
    }
    #expect(found.papers.count == papers)
    for paper in found.papers { #expect(paper.end == .done, "\(paper.stream): \(paper.end as Any)") }
    for state in found.states.values { #expect(state.end == .done, "\(state.stream): \(state.end as Any)") }
    #expect(try await cluster.desk.expect(0, ["dead", "list"]) == "There are no dead letters.\n")
  }
}
