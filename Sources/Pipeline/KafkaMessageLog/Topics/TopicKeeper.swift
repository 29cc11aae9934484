public import Kafka
public import MessageLog

/// Makes a cluster's topics and looks at them. To be closed.
public struct TopicKeeper: Sendable {
  /// How often it is looked whether topics that were made are known everywhere, 100 ms apart.
  private static let looks = 300

  private let admin: KafkaAdmin
  private let sleeper: any Clock<Duration>
  private let bootstrap: String

  /// A topic as it should be and as it is.
  public struct Look: Sendable {
    /// As it should be.
    public let plan: TopicPlan
    /// As it is; nil where it is missing, or where this user may not see it.
    public let found: FoundTopic?
    /// What a person should know about it.
    public let findings: [TopicFinding]
  }

  /// What came of a topic that was to be made.
  public enum Making: Sendable, Hashable {
    /// It was made.
    case made
    /// It was there already, and nothing was changed.
    case wasThere
    /// It could not be made; the sentence says why, and what to do.
    case failed(String)
  }

  /// Opens it; nothing is connected before the first call.
  /// - Throws: `MessageLogError` for a setting that is wrong.
  public init(
    _ configuration: KafkaConfiguration, sleeper: any Clock<Duration> = ContinuousClock()
  ) throws(MessageLogError) {
    self.sleeper = sleeper
    bootstrap = configuration.brokers.joined(separator: ",")
    do throws(KafkaError) { admin = try KafkaAdmin(configuration) } catch {
      throw MessageLogError(error.message, isRetriable: false)
    }
  }

  /// How many brokers are up.
  public func brokerCount() async throws -> Int {
    try await mappingErrors { try await admin.describeCluster().brokers.count }
  }

  /// Makes the topics that are missing, waits until they can be written to, and answers for each by name what came of
  /// it.
  public func create(_ plans: [TopicPlan]) async throws -> [String: Making] {
    let topics = plans.map {
      NewTopic(name: $0.name, partitions: $0.partitions, replicas: $0.replication, settings: $0.configuration)
    }
    return try await mappingErrors {
      let made = try await admin.create(topics).mapValues { (result: Result<Void, KafkaError>) -> Making in
        switch result {
        case .success: .made
        case .failure(let error) where error.reason == .topicExists: .wasThere
        case .failure(let error): .failed(error.message)
        }
      }
      try await awaitLeaders(of: Set(made.filter { $0.value == .made }.keys))
      return made
    }
  }

  /// Looks at topics, and at what is wrong with them.
  /// - Parameter workers: how many workers are to share a stage; nil for no such wish.
  public func look(at plans: [TopicPlan], workers: Int? = nil) async throws -> [Look] {
    try await mappingErrors {
      let cluster = try await admin.describeCluster()
      let topics = Dictionary(cluster.topics.map { ($0.name, $0) }) { first, _ in first }
      var looks: [Look] = []
      for plan in plans {
        var found: FoundTopic?
        if let topic = topics[plan.name] { found = FoundTopic(topic, configuration: try await settings(of: plan.name)) }
        let findings = plan.findings(
          found, workers: workers, brokers: cluster.brokers.count, bootstrap: bootstrap)
        looks.append(Look(plan: plan, found: found, findings: findings))
      }
      return looks
    }
  }

  /// How many messages lie in topics, and how many of them are not finished, by the topics' names.
  /// - Parameter prefix: what the names of the installation's topics begin with.
  public func count(_ topics: [FoundTopic], prefix: String) async throws -> [String: Backlog] {
    try await mappingErrors {
      try await admin.backlogs(of: topics.map(\.description), KafkaLogSettings(prefix: prefix))
    }
  }

  /// Ends it.
  public func close() async { await admin.close() }

  /// Brokers hear of a new topic a moment after it was made, and of the partitions that they lead later than of others'.
  private func awaitLeaders(of names: Set<String>) async throws {
    guard !names.isEmpty else { return }
    for _ in 0..<Self.looks {
      let topics = try await admin.describeCluster().topics.filter { names.contains($0.name) && $0.hasLeaders }
      if topics.count == names.count, try await answer(topics) { return }
      try await sleeper.sleep(for: .milliseconds(100))
    }
  }

  /// Whether the leaders of all partitions answer for them.
  private func answer(_ topics: [KafkaTopicDescription]) async throws -> Bool {
    let partitions = topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0.number) } }
    do throws(KafkaError) { return try await admin.watermarks(of: partitions).count == partitions.count } catch {
      guard error.isRetriable || error.reason == .unknownTopic else { throw error }
      return false
    }
  }

  private func settings(of topic: String) async throws(KafkaError) -> [String: String]? {
    do throws(KafkaError) { return try await admin.settings(ofTopic: topic).compactMapValues(\.value) } catch {
      if error.reason == .notAllowed { return nil }
      throw error
    }
  }

  private func mappingErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as KafkaError {
      throw MessageLogError(error.message, isRetriable: error.isRetriable)
    }
  }
}

extension KafkaTopicDescription {
  fileprivate var hasLeaders: Bool { !partitions.isEmpty && partitions.allSatisfy { $0.leader != nil } }
}
