import FolderJournal
import Foundation
import Journal
import PaperModel
import ServiceTestSupport
import Testing

/// How long a stream stands still after its worker was killed with kill -9.
@Suite(.serialized, .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)))
struct RecoveryTests {
  private static let lanes = 4
  /// `make chaos` kills three times: after more quick losses of one run it rests.
  private static let killsPerLane = ProcessInfo.processInfo.environment["SHOAL_CHAOS"] == "long" ? 3 : 1

  private struct Summary: Codable {
    let kills: Int
    let secondsP50: Double
    let secondsP99: Double
    let secondsWorst: Double
  }

  @Test(.timeLimit(.minutes(6)))
  func `another worker has the stream within ten seconds of a kill`() async throws {
    try await DisturbedCluster.with { cluster in
      let times = try await withThrowingTaskGroup(of: [Double].self) { group in
        for number in 1...Self.lanes { group.addTask { try await Lane(number, cluster).kills(Self.killsPerLane) } }
        return try await group.reduce(into: []) { $0 += $1 }.sorted()
      }
      try #require(times.count == Self.lanes * Self.killsPerLane)
      let summary = Summary(
        kills: times.count, secondsP50: times[times.count / 2], secondsP99: times[(times.count * 99 - 1) / 100],
        secondsWorst: times[times.count - 1])
      print(String(decoding: try JSONEncoder().encode(summary), as: UTF8.self))
      #expect(summary.secondsP99 <= 10, "\(times)")
    }
  }

  /// One long run, and workers for it that share only the broker with the other lanes.
  private struct Lane {
    let cluster: DisturbedCluster
    let machine: Machine
    let journal: FolderJournal
    let runners: [CrewMember]
    let name: String

    init(_ number: Int, _ cluster: DisturbedCluster) async throws {
      self.cluster = cluster
      name = "lane\(number)"
      machine = try Machine(
        "\(cluster.folder)/\(name)", brokers: cluster.kafka.brokers, store: "\(cluster.folder)/\(name)-store",
        prefix: "\(name).")
      try await machine.expect(0, ["topics", "create", "--partitions", "6"])
      journal = try await FolderJournal(folder: machine.store)
      let words = ["--stages", "run.cpu", "--parallel", "1", "--give-up-after", "1000000"]
      runners = (1...3).map { [name, machine] in CrewMember("\(name)-\($0)", machine, words, returns: false) }
    }

    /// Kills the worker that has the run, again and again.
    /// - Returns: the seconds until the next claim of each.
    func kills(_ count: Int) async throws -> [Double] {
      let thinker = CrewMember("\(name)-thinker", machine, ["--stages", "ideate"], returns: false)
      var times: [Double] = []
      try await (runners + [thinker]).atWork { times = try await kills(count, thinker) }
      return times
    }

    private func kills(_ count: Int, _ thinker: CrewMember) async throws -> [Double] {
      try await machine.expect(
        0, ["submit", "--template", try cluster.template(name, resting: 3_000), "--ideas", "1", "--time-limit", "1h"])
      thinker.start()
      for runner in runners { runner.start() }
      var chance = SystemRandomNumberGenerator()
      var times: [Double] = []
      var holder = try await holder(after: 0)
      await thinker.leave()
      for _ in 0..<count {
        // At any time between two heartbeats, when no retry is pending.
        try await Pace.rest(Double.random(in: 4...7, using: &chance))
        guard let member = runners.first(where: { holder.worker.name.hasPrefix("\($0.name)-") }),
          let killed = member.kill()
        else { throw LaneTrouble(what: "\(holder.worker) is no runner of this lane") }
        holder = try await self.holder(after: holder.entry)
        times.append(Double(holder.at - killed) / 1_000_000)
        await member.gone()
        member.start()
      }
      return times
    }

    /// The worker that claimed the run after an entry and began its step.
    private func holder(after entry: Int64) async throws -> (worker: WorkerID, entry: Int64, at: Int64) {
      var found: (WorkerID, Int64, Int64)?
      let isThere = try await Pace.look(every: 0.05, within: 90) {
        guard let run = try await journal.streams(of: .run, after: nil, limit: 1).first else { return false }
        let entries = try await journal.entries(of: run, from: 0)
        guard let claim = entries.last(where: { if case .claimed = $0.fact { true } else { false } }),
          claim.number > entry, case .claimed(let worker, _, _, _) = claim.fact,
          entries.contains(where: { if case .stepStarted = $0.fact { $0.number > claim.number } else { false } })
        else { return false }
        found = (worker, claim.number, claim.atMicroseconds)
        return true
      }
      guard isThere, let found else { throw LaneTrouble(what: "\(name): nobody took the run up") }
      return found
    }
  }

  private struct LaneTrouble: Error { let what: String }
}
