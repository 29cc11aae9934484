import KafkaMessageLog
import MessageLog
import ServiceTestSupport
import Testing

@testable import Kafka

@Suite struct TopicTests {
  private let plan = KafkaTopics.plan(prefix: "p.", TopicSizes(brokers: 3)).first { $0.name == "p.work.design" }!

  private func found(
    partitions: Int = 24, replicas: [Int32] = [1, 2, 3], leader: Int32? = 1, _ settings: [String: String] = [:]
  ) -> FoundTopic {
    let numbers = 0..<Int32(partitions)
    return FoundTopic(
      KafkaTopicDescription(
        name: plan.name,
        partitions: numbers.map {
          KafkaPartitionDescription(number: $0, leader: leader, replicas: replicas, inSync: replicas)
        }),
      configuration: plan.configuration.merging(settings) { _, new in new })
  }

  private func findings(_ found: FoundTopic?, workers: Int? = nil) -> [String] {
    plan.findings(found, workers: workers, brokers: 3).map(\.message)
  }

  @Test func `a topic as planned has no findings`() { #expect(findings(found(), workers: 24) == []) }

  @Test func `every work, retry and dead-letter topic is planned once, and none expires waiting messages`() {
    let plans = KafkaTopics.plan(prefix: "p.")
    let names = Topic.allWork + RetryTier.allCases.map { .retry($0) } + Topic.allDead
    #expect(Set(plans.map(\.name)) == Set(names.map { "p." + $0.name } + ["p.events", "p.control"]))
    #expect(Set(plans.map(\.name)).count == plans.count)
    for plan in plans where plan.name.hasPrefix("p.work") || plan.name.hasPrefix("p.retry") {
      #expect(plan.configuration["retention.ms"] == "-1")
      #expect(plan.configuration["cleanup.policy"] == "delete")
    }
  }

  @Test(arguments: [
    (["retention.ms": "604800000"], "messages that wait longer are deleted"),
    (["cleanup.policy": "compact"], "messages of the same key are thrown away"),
    (["max.message.bytes": "1000"], "messages that Shoal allows are refused"),
    (["min.insync.replicas": "1"], "what was confirmed may be lost with one broker"),
  ])
  func `a setting that does harm is named with the harm`(settings: [String: String], harm: String) {
    let findings = findings(found(settings))
    #expect(findings.count == 1 && findings[0].contains(harm), "\(findings)")
  }

  @Test func `findings that differ in their topic alone are one, and commands name the brokers`() {
    let plans = KafkaTopics.plan(prefix: "p.", TopicSizes(brokers: 3)).filter { $0.name.hasPrefix("p.work.r") }
    let found = plans.flatMap { plan in
      let small = FoundTopic(
        KafkaTopicDescription(
          name: plan.name,
          partitions: [KafkaPartitionDescription(number: 0, leader: 1, replicas: [1, 2, 3], inSync: [1, 2, 3])]),
        configuration: plan.configuration)
      return plan.findings(small, brokers: 3, bootstrap: "a:1,b:2")
    }
    #expect(found.count == 4)
    let grouped = TopicFinding.grouped(found + plan.findings(nil, brokers: 3))
    #expect(grouped.map(\.topic) == ["4 topics", "p.work.design"])
    #expect(grouped[0].message.hasPrefix("Each of p.work.review, p.work.revise, p.work.run.cpu, p.work.run.gpu has 1"))
    #expect(grouped[0].remedy.contains("`kafka-topics --bootstrap-server a:1,b:2 --alter --topic TOPIC --partitions"))
    #expect(grouped[1].message == "p.work.design is missing.")
  }

  @Test func `missing, leaderless, too few partitions, too few replicas`() {
    #expect(findings(nil) == ["p.work.design is missing."])
    #expect(findings(found(partitions: 2, leader: nil)).count == 2)
    #expect(findings(found(partitions: 30), workers: 40)[0].contains("10 of 40 workers get nothing"))
    #expect(findings(found(replicas: [1]))[0].contains("lies on 1 of 3 brokers"))
    #expect(findings(found(["retention.ms": "-1", "max.message.bytes": "9999999"])) == [])
  }

  @Test(.enabled(if: KafkaCluster.isAvailable, "\(KafkaCluster.whyNot)"))
  func `topics are made once, found as planned, and found wrong when they are`() async throws {
    let cluster = try await RealClusters.one.value
    var sizes = TopicSizes(brokers: 1)
    sizes.workPartitions = 2
    sizes.eventPartitions = 1
    let plans = KafkaTopics.plan(prefix: "made.", sizes)
    let keeper = try TopicKeeper(KafkaConfiguration(brokers: cluster.brokers))
    #expect(try await keeper.create(plans).values.allSatisfy { $0 == .made })
    #expect(try await keeper.create(plans).values.allSatisfy { $0 == .wasThere })
    let looks = try await keeper.look(at: plans)
    #expect(looks.flatMap(\.findings) == [])
    let admin = try KafkaAdmin(KafkaConfiguration(brokers: cluster.brokers))
    try await admin.change(settings: ["retention.ms": "1000"], ofTopic: "made.work.design")
    await admin.close()
    // Brokers learn of the change a moment later.
    var findings: [TopicFinding] = []
    let end = ContinuousClock.now + .seconds(20)
    while findings.isEmpty, ContinuousClock.now < end {
      findings = try await keeper.look(at: plans.filter { $0.name == "made.work.design" }).flatMap(\.findings)
    }
    #expect(findings.map(\.topic) == ["made.work.design"])
    #expect(findings.first?.remedy.contains("retention.ms=-1") == true)
    await keeper.close()
  }
}
