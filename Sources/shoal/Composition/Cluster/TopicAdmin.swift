import Kafka
import KafkaMessageLog
import MessageLog
import Operations

/// A topic as it is, and what is wrong with it.
struct TopicReport: Sendable {
  let plan: TopicPlan
  /// Nil where it is missing.
  let found: FoundTopic?
  /// Messages that lie in it.
  var messages: Int64?
  /// Of a topic of work, messages that no worker has finished yet.
  var waiting: Int64?
  var findings: [TopicFinding]
}

/// Makes a cluster's topics, and looks at them.
struct TopicAdmin: Sendable {
  private static let patience: Duration = .seconds(15)

  let admin: KafkaAdmin
  let prefix: String

  /// Asks a cluster's brokers for as long as something is done with them.
  /// - Throws: `OperationError` that says what is in the way.
  static func use<Value>(
    _ settings: ClusterSettings, _ body: (TopicAdmin) async throws -> Value
  ) async throws -> Value {
    do {
      let admin = try KafkaAdmin(try settings.configuration())
      do {
        try await admin.connect(within: patience)
        let value = try await body(TopicAdmin(admin: admin, prefix: settings.kafka.topicPrefix))
        await admin.close()
        return value
      } catch {
        await admin.close()
        throw error
      }
    } catch let error as KafkaError { throw OperationError(error.message) }
  }

  /// Makes the topics that are missing.
  /// - Parameter change: makes other sizes than the usual ones.
  /// - Returns: all topics by name, and whether each was made now.
  func create(_ change: (inout TopicSizes) -> Void) async throws -> [(name: String, isNew: Bool)] {
    let cluster = try await admin.describeCluster()
    var sizes = TopicSizes(brokers: cluster.brokers.count)
    change(&sizes)
    guard sizes.replication <= cluster.brokers.count else {
      throw OperationError(
        "\(cluster.brokers.count) brokers are up, so nothing can lie on \(sizes.replication). "
          + "Start more, or name a smaller --replication.")
    }
    let plan = KafkaTopics.plan(prefix: prefix, sizes)
    let there = Set(cluster.topics.map(\.name))
    let missing = plan.filter { !there.contains($0.name) }
    let results = try await admin.create(
      missing.map {
        NewTopic(name: $0.name, partitions: $0.partitions, replicas: $0.replication, settings: $0.configuration)
      })
    var made: Set<String> = []
    for (name, result) in results {
      do {
        try result.get()
        made.insert(name)
      } catch { if error.reason != .topicExists { throw error } }
    }
    return plan.map { ($0.name, made.contains($0.name)) }
  }

  /// What there is of the topics, and what is wrong with them.
  /// - Parameters:
  ///   - workers: how many workers are to share a stage.
  ///   - counting: whether messages are to be counted too, which asks every partition.
  func describe(workers: Int? = nil, counting: Bool) async throws -> [TopicReport] {
    let cluster = try await admin.describeCluster()
    let there = Dictionary(cluster.topics.map { ($0.name, $0) }) { first, _ in first }
    var reports: [TopicReport] = []
    for plan in KafkaTopics.plan(prefix: prefix, TopicSizes(brokers: cluster.brokers.count)) {
      var found: FoundTopic?
      if let description = there[plan.name] {
        found = FoundTopic(description, configuration: try await configuration(of: plan.name))
      }
      var report = TopicReport(
        plan: plan, found: found, findings: plan.findings(found, workers: workers, brokers: cluster.brokers.count))
      if counting, let found { try await count(&report, found) }
      reports.append(report)
    }
    return reports
  }

  private func configuration(of topic: String) async throws -> [String: String]? {
    do { return try await admin.settings(ofTopic: topic).compactMapValues(\.value) } catch {
      if error.reason == .notAllowed { return nil }
      throw error
    }
  }

  private func count(_ report: inout TopicReport, _ found: FoundTopic) async throws {
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
