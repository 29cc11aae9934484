import Kafka
import KafkaMessageLog
import MessageLog
import PaperModel
import ServiceTestSupport
import Synchronization
import Testing

/// Work is shared evenly, new workers get their share soon, and nothing is lost when a worker leaves.
@Suite(.serialized, .enabled(if: KafkaCluster.isAvailable, Comment(rawValue: KafkaCluster.whyNot)))
struct EvennessTests {
  private static let topic = Topic.work(.design)

  /// A consumer that shares the work.
  private final class Hand: Sendable {
    let log: KafkaMessageLog
    private let taken = Mutex<[(key: String, at: Int64)]>([])
    private let work: Mutex<Task<Void, Never>?> = Mutex(nil)

    init(_ cluster: KafkaCluster) throws {
      log = try KafkaMessageLog(KafkaConfiguration(brokers: cluster.brokers), KafkaLogSettings(prefix: "even."))
    }

    var keys: [String] { taken.withLock { $0.map(\.key) } }
    var firstAt: Int64? { taken.withLock { $0.first?.at } }

    func start(_ name: String) async throws {
      let consumer = try await log.consumer(of: [EvennessTests.topic], worker: WorkerID(name))
      work.withLock {
        $0 = Task {
          while let delivery = try? await consumer.next(of: [EvennessTests.topic]) {
            taken.withLock { $0.append((delivery.message.key, Pace.now)) }
            try? await delivery.finish()
          }
        }
      }
    }

    func leave() async { await log.close() }
    func forget() { taken.withLock { $0 = [] } }
  }

  @Test(.timeLimit(.minutes(2)))
  func `200 papers are spread evenly over four workers, a fifth gets its share, and one that leaves loses none`()
    async throws
  {
    let cluster = try await SharedBroker.cluster()
    let keeper = try TopicKeeper(KafkaConfiguration(brokers: cluster.brokers))
    let names = Set([Self.topic.name] + RetryTier.allCases.map { Topic.retry($0).name } + ["control"])
    _ = try await keeper.create(
      KafkaTopics.plan(prefix: "even.", TopicSizes(brokers: 1)).filter { names.contains(String($0.name.dropFirst(5))) })
    await keeper.close()
    let hands = try (0..<5).map { _ in try Hand(cluster) }
    for (number, hand) in hands.prefix(4).enumerated() { try await hand.start("hand\(number)") }
    try await settle(hands, on: cluster, count: 4)
    for hand in hands { hand.forget() }

    let papers = (1...200).map { "paper/batch.\($0)" }
    try await publish(papers, hands[0])
    try await expectAll(papers, hands)
    let shares = hands.prefix(4).map { Set($0.keys).count }
    print("200 papers over four workers: \(shares)")
    #expect(Double(shares.max() ?? 0) <= 1.5 * Double(shares.min() ?? 0), "\(shares)")

    let joined = Pace.now
    try await hands[4].start("hand4")
    var round = 0
    let hasPart = try await Pace.look(every: 0.2, within: 30) {
      round += 1
      try await publish((1...24).map { "paper/more\(round).\($0)" }, hands[0])
      return hands[4].firstAt != nil
    }
    #expect(hasPart)
    let seconds = Double((hands[4].firstAt ?? joined) - joined) / 1_000_000
    print("The fifth had work after \(seconds) s")
    #expect(seconds <= 10)

    let last = (1...200).map { "paper/last.\($0)" }
    async let leaving: Void = hands[1].leave()
    try await publish(last, hands[0])
    try await expectAll(last, hands)
    await leaving
    for (number, hand) in hands.enumerated() where number != 1 { await hand.leave() }
  }

  private func publish(_ keys: [String], _ hand: Hand) async throws {
    try await hand.log.publish(keys.map { Message(topic: Self.topic, key: $0, body: [1]) })
  }

  private func expectAll(_ keys: [String], _ hands: [Hand]) async throws {
    let isAll = try await Pace.look(within: 30) {
      hands.reduce(into: Set()) { $0.formUnion($1.keys) }.isSuperset(of: keys)
    }
    #expect(isAll, "some were lost")
  }

  /// Waits until the partitions are assigned.
  private func settle(_ hands: [Hand], on cluster: KafkaCluster, count: Int) async throws {
    let admin = try KafkaAdmin(KafkaConfiguration(brokers: cluster.brokers))
    let isShared = try await Pace.look(within: 60) {
      guard let group = try? await admin.describe(group: "even.\(Self.topic.name)") else { return false }
      return group.state == "Stable" && group.members.count == count
        && group.members.reduce(0) { $0 + $1.partitions.count } == 24
        && group.members.allSatisfy { !$0.partitions.isEmpty }
    }
    await admin.close()
    #expect(isShared)
  }
}
