import Kafka
import KafkaMessageLog
import MessageLog
import Operations

/// A topic and its problems.
struct TopicReport: Sendable {
  let plan: TopicPlan
  /// Nil if it is missing.
  let found: FoundTopic?
  let findings: [TopicFinding]
  /// The number of stored messages.
  var messages: Int64?
  /// For a work topic, the number of messages that no worker has finished.
  var waiting: Int64?

  init(_ look: TopicKeeper.Look) {
    plan = look.plan
    found = look.found
    findings = look.findings
  }
}

/// A topic after the missing ones were created.
struct MadeTopic: Sendable {
  let name: String
  let isNew: Bool
  /// The number of partitions of a work topic; nil for others.
  let workPartitions: Int?

  /// A note if new work topics have another number of partitions than existing ones, because that number limits how
  /// many workers share a stage.
  static func note(_ topics: [MadeTopic]) -> String? {
    guard let new = topics.first(where: { $0.isNew && $0.workPartitions != nil })?.workPartitions else { return nil }
    let others = topics.filter { !$0.isNew && $0.workPartitions != nil && $0.workPartitions != new }
    guard let first = others.first, let count = first.workPartitions else { return nil }
    let more = others.count == 1 ? "" : " and \(others.count - 1) more"
    return "New work topics have \(new) partitions; \(first.name)\(more) had \(count) and stay as they are. "
      + "At most this many workers share a stage; `shoal topics describe` shows all sizes."
  }
}

/// Creates, inspects and counts a cluster's topics.
struct TopicAdmin: Sendable {
  private let keeper: TopicKeeper
  private let admin: KafkaAdmin
  private let prefix: String

  /// Connects to a cluster's brokers while `body` runs.
  /// - Throws: `OperationError` that says why they can't be reached.
  static func use<Value>(
    _ settings: ClusterSettings, _ body: (TopicAdmin) async throws -> Value
  ) async throws -> Value {
    let configuration = try settings.configuration()
    do {
      let topics = TopicAdmin(
        keeper: try TopicKeeper(configuration), admin: try KafkaAdmin(configuration),
        prefix: settings.kafka.topicPrefix)
      do {
        try await topics.admin.connect(within: Cluster.patience)
        let value = try await body(topics)
        await topics.close()
        return value
      } catch {
        await topics.close()
        throw error
      }
    } catch let error as KafkaError { throw OperationError(error.message) }
  }

  private func close() async {
    await keeper.close()
    await admin.close()
  }

  /// Creates the missing topics.
  /// - Parameter change: changes the default sizes.
  /// - Returns: all topics.
  func create(_ change: (inout TopicSizes) -> Void) async throws -> [MadeTopic] {
    let brokers = try await keeper.brokerCount()
    var sizes = TopicSizes(brokers: brokers)
    change(&sizes)
    guard sizes.replication <= brokers else {
      throw OperationError(
        "\(brokers) \(brokers == 1 ? "broker is" : "brokers are") up: \(sizes.replication) replicas are impossible. "
          + "Start more, or name a smaller --replication.")
    }
    let plans = KafkaTopics.plan(prefix: prefix, sizes)
    let makings = try await keeper.create(plans)
    let counts = Dictionary(
      try await admin.describeCluster().topics.map { ($0.name, $0.partitions.count) }
    ) { first, _ in first }
    let work = Set(Topic.allWork.map { prefix + $0.name })
    return try plans.map { plan in
      let partitions = work.contains(plan.name) ? counts[plan.name] : nil
      switch makings[plan.name] {
      case .made: return MadeTopic(name: plan.name, isNew: true, workPartitions: partitions)
      case .wasThere: return MadeTopic(name: plan.name, isNew: false, workPartitions: partitions)
      case .failed(let reason): throw OperationError("\(plan.name) could not be created: \(reason)")
      case nil: throw OperationError("The brokers did not answer for \(plan.name). Run the command again.")
      }
    }
  }

  /// All topics and their problems.
  /// - Parameters:
  ///   - workers: the number of workers that are to share a stage.
  ///   - counting: whether to count messages too, which asks every partition.
  func describe(workers: Int? = nil, counting: Bool) async throws -> [TopicReport] {
    let plans = KafkaTopics.plan(prefix: prefix, TopicSizes(brokers: try await keeper.brokerCount()))
    var reports = try await keeper.look(at: plans, workers: workers).map(TopicReport.init)
    guard counting else { return reports }
    let counts: [String: Backlog]
    // What can't be counted now, such as a topic whose leaders are being elected, has no count.
    do { counts = try await keeper.count(reports.compactMap(\.found), prefix: prefix) } catch let error
      as MessageLogError
    {
      guard error.isRetriable else { throw error }
      counts = [:]
    }
    for index in reports.indices where reports[index].found != nil {
      reports[index].messages = counts[reports[index].plan.name]?.messages
      reports[index].waiting = counts[reports[index].plan.name]?.unfinished
    }
    return reports
  }

  /// The names of the topics that are missing, or that this user may not see.
  func missing() async throws -> [String] {
    let there = Set(try await admin.describeCluster().topics.map(\.name))
    return KafkaTopics.plan(prefix: prefix).map(\.name).filter { !there.contains($0) }
  }
}
