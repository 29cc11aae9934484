import Kafka
import KafkaMessageLog
import MessageLog
import Operations

/// A topic as it is, and what is wrong with it.
struct TopicReport: Sendable {
  let plan: TopicPlan
  /// Nil where it is missing.
  let found: FoundTopic?
  let findings: [TopicFinding]
  /// Messages that lie in it.
  var messages: Int64?
  /// Of a topic of work, messages that no worker has finished yet.
  var waiting: Int64?

  init(_ look: TopicKeeper.Look) {
    plan = look.plan
    found = look.found
    findings = look.findings
  }
}

/// A topic that is there after all missing ones were made.
struct MadeTopic: Sendable {
  let name: String
  let isNew: Bool
  /// The number of partitions of a work topic; nil of others.
  let workPartitions: Int?

  /// A note where new work topics have another number of partitions than those that were there: at most so many workers
  /// share a stage.
  static func note(_ topics: [MadeTopic]) -> String? {
    guard let new = topics.first(where: { $0.isNew && $0.workPartitions != nil })?.workPartitions else { return nil }
    let others = topics.filter { !$0.isNew && $0.workPartitions != nil && $0.workPartitions != new }
    guard let first = others.first, let count = first.workPartitions else { return nil }
    let more = others.count == 1 ? "" : " and \(others.count - 1) more"
    return "New topics of work have \(new) partitions; \(first.name)\(more) had \(count) and stay as they are. "
      + "At most so many workers share a stage; `shoal topics describe` shows all sizes."
  }
}

/// Makes a cluster's topics, looks at them and counts what lies in them.
struct TopicAdmin: Sendable {
  private let keeper: TopicKeeper
  private let admin: KafkaAdmin
  private let prefix: String

  /// Asks a cluster's brokers for as long as something is done with them.
  /// - Throws: `OperationError` that says what is in the way.
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

  /// Makes the topics that are missing.
  /// - Parameter change: makes other sizes than the usual ones.
  /// - Returns: all topics.
  func create(_ change: (inout TopicSizes) -> Void) async throws -> [MadeTopic] {
    let brokers = try await keeper.brokerCount()
    var sizes = TopicSizes(brokers: brokers)
    change(&sizes)
    guard sizes.replication <= brokers else {
      throw OperationError(
        "\(brokers) \(brokers == 1 ? "broker is" : "brokers are") up, so nothing can lie on \(sizes.replication). "
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
      case .failed(let reason): throw OperationError("\(plan.name) could not be made: \(reason)")
      case nil: throw OperationError("The brokers said nothing of \(plan.name). Run the command again.")
      }
    }
  }

  /// What there is of the topics, and what is wrong with them.
  /// - Parameters:
  ///   - workers: how many workers are to share a stage.
  ///   - counting: whether messages are to be counted too, which asks every partition.
  func describe(workers: Int? = nil, counting: Bool) async throws -> [TopicReport] {
    let plans = KafkaTopics.plan(prefix: prefix, TopicSizes(brokers: try await keeper.brokerCount()))
    var reports = try await keeper.look(at: plans, workers: workers).map(TopicReport.init)
    guard counting else { return reports }
    let counts: [String: Backlog]
    // What can't be counted just now, such as a topic whose leaders are being chosen, is left open.
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

  /// The topics that are not there, or that this user may not see, by name.
  func missing() async throws -> [String] {
    let there = Set(try await admin.describeCluster().topics.map(\.name))
    return KafkaTopics.plan(prefix: prefix).map(\.name).filter { !there.contains($0) }
  }
}
