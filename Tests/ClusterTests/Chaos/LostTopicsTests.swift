import FolderJournal
import Journal
import Kafka
import PaperModel
import PipelineRules
import ServiceTestSupport
import Testing

/// All topics are deleted in the middle of the work: the journals know what was unfinished.
@Suite(.serialized, .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)))
struct LostTopicsTests {
  @Test(.timeLimit(.minutes(3)))
  func `after all topics were deleted and made again, recover finishes every paper, with workers that were there`()
    async throws
  {
    try await DisturbedCluster.with { cluster in
      let crew = (1...2).map { CrewMember("worker\($0)", cluster.machine, ["--parallel", "1"]) }
      try await crew.atWork { try await run(cluster, crew) }
      #expect(crew.allSatisfy { $0.surprises.isEmpty }, "\(crew.flatMap(\.surprises))")
      let found = try await ClusterInspection(store: cluster.machine.store, data: cluster.machine.local)
      found.checkMoney()
      #expect(found.papers.allSatisfy { $0.end == .done })
    }
  }

  private func run(_ cluster: DisturbedCluster, _ crew: [CrewMember]) async throws {
    for member in crew { member.start() }
    let template = try cluster.template("lost")
    try await cluster.desk.expect(0, ["submit", "--template", template, "--ideas", "4", "--name", "lost"])
    let journal = try await FolderJournal(folder: cluster.machine.store)
    let isUnderWay = try await Pace.look(within: 60) {
      try await journal.streams(of: .run, after: nil, limit: 10).count > 3
    }
    try #require(isUnderWay)

    let admin = try KafkaAdmin(KafkaConfiguration(brokers: cluster.kafka.brokers))
    let topics = try await admin.describeCluster().topics.map(\.name).filter { $0.hasPrefix("shoal.") }
    for (name, result) in try await admin.delete(topics: topics) { try result.get(or: name) }
    let areGone = try await Pace.look(within: 30) {
      try await !admin.describeCluster().topics.contains { $0.name.hasPrefix("shoal.") }
    }
    await admin.close()
    try #require(areGone)
    try await cluster.desk.expect(0, ["topics", "create"])
    #expect(try await cluster.desk.expect(0, ["recover"]).contains("enqueued"))

    let isDone = try await Pace.look(every: 0.5, within: 90) {
      let papers = try await journal.streams(of: .paper, after: nil, limit: 10)
      var ended = 0
      for paper in papers where try await StreamStates.hasEnded(paper, journal) { ended += 1 }
      return ended == 4
    }
    #expect(isDone)
    await crew.concurrently { await $0.leave() }
  }
}

extension Result {
  fileprivate func get(or name: String) throws {
    if case .failure(let error) = self { throw NotDone(what: "\(name): \(error)") }
  }
}

private struct NotDone: Error { let what: String }
