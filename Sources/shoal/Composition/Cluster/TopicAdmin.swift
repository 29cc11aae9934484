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

/// Makes a cluster's topics, looks at them and counts what lies in them.
struct TopicAdmin: Sendable {
  private static let patience: Duration = .seconds(15)

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
        try await topics.admin.connect(within: patience)
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
  /// - Returns: all topics by name, and whether each was made now.
  func create(_ change: (inout TopicSizes) -> Void) async throws -> [(name: String, isNew: Bool)] {
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
    return try plans.map { plan in
      switch makings[plan.name] {
      case .made: return (plan.name, true)
      case .wasThere: return (plan.name, false)
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
    for index in reports.indices {
      // What can't be counted just now, such as a topic whose leaders are being chosen, is left open.
      do { try await count(&reports[index]) } catch let error as KafkaError {
        guard error.isRetriable else { throw error }
      }
    }
    return reports
  }

  private func count(_ report: inout TopicReport) async throws {
    guard let found = report.found else { return }
    let name = report.plan.name
    let admin = admin
    let ends = try await withThrowingTaskGroup(of: (TopicPartition, Range<Int64>).self) { group in
      for partition in found.description.partitions where partition.leader != nil {
        let place = TopicPartition(name, partition.number)
        group.addTask { (place, try await admin.watermarks(of: place)) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    report.messages = ends.values.reduce(0) { $0 + Int64($1.count) }
    guard Topic.allWork.contains(where: { prefix + $0.name == name }) else { return }
    let committed: [TopicPartition: CommittedOffset]
    do { committed = try await admin.offsets(ofGroup: name) } catch {
      guard error.reason == .unknownGroup || error.reason == .notAllowed else { throw error }
      committed = [:]
    }
    report.waiting = ends.reduce(0) { sum, end in
      sum + max(0, end.value.upperBound - max(end.value.lowerBound, committed[end.key]?.offset ?? 0))
    }
  }
}
