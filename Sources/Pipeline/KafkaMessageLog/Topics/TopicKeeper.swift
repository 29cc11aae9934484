public import Kafka
public import MessageLog

/// Creates and inspects a cluster's topics. It must be closed.
public struct TopicKeeper: Sendable {
  /// How often new topics are looked for on all brokers, 100 ms apart.
  private static let looks = 300

  private let admin: KafkaAdmin
  private let sleeper: any Clock<Duration>
  private let bootstrap: String

  /// A topic compared with its plan.
  public struct Look: Sendable {
    public let plan: TopicPlan
    /// The topic; nil if it is missing, or if this user may not see it.
    public let found: FoundTopic?
    /// The problems found.
    public let findings: [TopicFinding]
  }

  /// The result of creating a topic.
  public enum Making: Sendable, Hashable {
    /// It was created.
    case made
    /// It existed already, and was not changed.
    case wasThere
    /// It could not be created; the sentence says why, and what to do.
    case failed(String)
  }

  /// Creates a keeper; the first call connects.
  /// - Throws: `MessageLogError` for an invalid setting.
  public init(
    _ configuration: KafkaConfiguration, sleeper: any Clock<Duration> = ContinuousClock()
  ) throws(MessageLogError) {
    self.sleeper = sleeper
    bootstrap = configuration.brokers.joined(separator: ",")
    do throws(KafkaError) { admin = try KafkaAdmin(configuration) } catch {
      throw MessageLogError(error.message, isRetriable: false)
    }
  }

  /// The number of brokers that are up.
  public func brokerCount() async throws -> Int {
    try await mappingErrors { try await admin.describeCluster().brokers.count }
  }

  /// Creates the missing topics, waits until they can be written to, and returns the result for each by name.
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

  /// Inspects topics.
  /// - Parameter workers: the number of workers that are to share a stage, if given.
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

  /// The number of messages in topics, and of unfinished ones among them, by topic name.
  /// - Parameter prefix: the prefix of the installation's topic names.
  public func count(_ topics: [FoundTopic], prefix: String) async throws -> [String: Backlog] {
    try await mappingErrors {
      try await admin.backlogs(of: topics.map(\.description), KafkaLogSettings(prefix: prefix))
    }
  }

  public func close() async { await admin.close() }

  /// Brokers learn of a new topic a moment after it was created, and lead its partitions a moment later still.
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
