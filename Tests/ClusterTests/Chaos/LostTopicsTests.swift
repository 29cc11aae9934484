import FolderJournal
import Journal
import Kafka
import KafkaMessageLog
import MessageLog
import PaperModel
import PipelineRules
import ServiceTestSupport
import Testing

/// All topics are deleted in the middle of the work: the journals know what was unfinished.
@Suite(.serialized, .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)))
struct LostTopicsTests {
  @Test(.timeLimit(.minutes(3)))
  func `after all topics were deleted and made again, recover finishes every paper`() async throws {
    try await DisturbedCluster.with { cluster in
      let crew = (1...2).map { CrewMember("worker\($0)", cluster.machine, ["--parallel", "1"], returns: false) }
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
    for member in crew { _ = member.kill() }
    await crew.concurrently { await $0.gone() }

    let admin = try KafkaAdmin(KafkaConfiguration(brokers: cluster.kafka.brokers))
    try await Self.deleteAll(admin, prefix: cluster.prefix)
    await admin.close()
    try await cluster.desk.expect(0, ["topics", "create"])
    #expect(try await cluster.desk.expect(0, ["recover"]).contains("enqueued"))
    for member in crew { member.start() }

    let isDone = try await Pace.look(every: 0.5, within: 90) {
      let papers = try await journal.streams(of: .paper, after: nil, limit: 10)
      var ended = 0
      for paper in papers where try await StreamStates.hasEnded(paper, journal) { ended += 1 }
      return ended == 4
    }
    #expect(isDone)
    await crew.concurrently { await $0.leave() }
  }

  /// Deletes all topics with a prefix, and waits until they are gone.
  private static func deleteAll(_ admin: KafkaAdmin, prefix: String) async throws {
    let topics = try await admin.describeCluster().topics.map(\.name).filter { $0.hasPrefix(prefix) }
    for (name, result) in try await admin.delete(topics: topics) { try result.get(or: name) }
    let areGone = try await Pace.look(within: 30) {
      try await !admin.describeCluster().topics.contains { $0.name.hasPrefix(prefix) }
    }
    try #require(areGone)
  }

  @Test(.timeLimit(.minutes(2)))
  func `a running consumer takes messages of a topic that was made again`() async throws {
    let cluster = try await SharedBroker.cluster()
    let configuration = KafkaConfiguration(brokers: cluster.brokers)
    let keeper = try TopicKeeper(configuration)
    var sizes = TopicSizes(brokers: 1)
    sizes.workPartitions = 1
    let used = Set([Topic.work(.design).name] + RetryTier.allCases.map { Topic.retry($0).name } + ["control"])
    let plans = KafkaTopics.plan(prefix: "anew.", sizes).filter { used.contains(String($0.name.dropFirst(5))) }
    _ = try await keeper.create(plans)
    let log = try KafkaMessageLog(configuration, KafkaLogSettings(prefix: "anew."))
    let consumer = try await log.consumer(of: [.work(.design)], worker: WorkerID("there"))
    try await pass(["one", "two", "three"], log, consumer)

    let admin = try KafkaAdmin(configuration)
    try await Self.deleteAll(admin, prefix: "anew.")
    await admin.close()
    _ = try await keeper.create(plans)
    try await pass(["four", "five"], log, consumer)
    await keeper.close()
    await log.close()
  }

  /// Publishes messages, and takes them one after another.
  private func pass(_ keys: [String], _ log: KafkaMessageLog, _ consumer: any MessageConsumer) async throws {
    try await log.publish(keys.map { Message(topic: .work(.design), key: $0, body: [1]) })
    var taken: Set<String> = []
    while !taken.isSuperset(of: keys), let delivery = try await consumer.next(of: [.work(.design)]) {
      taken.insert(delivery.message.key)
      try await delivery.finish()
    }
    #expect(taken == Set(keys))
  }
}

extension Result {
  fileprivate func get(or name: String) throws {
    if case .failure(let error) = self { throw NotDone(what: "\(name): \(error)") }
  }
}

private struct NotDone: Error { let what: String }
