public import Kafka

/// An existing topic.
public struct FoundTopic: Sendable, Hashable {
  /// Its partitions and their replicas.
  public let description: KafkaTopicDescription
  /// Its settings, by Kafka's names; nil if this user may not see them.
  public let configuration: [String: String]?

  public init(_ description: KafkaTopicDescription, configuration: [String: String]?) {
    self.description = description
    self.configuration = configuration
  }
}

/// A problem with a cluster's topics.
public struct TopicFinding: Sendable, Hashable {
  /// How serious a problem is.
  public enum Weight: String, Sendable, Comparable {
    /// It works, but not as well as it could.
    case advice
    /// Messages may be lost or late.
    case danger
    /// It does not work.
    case fault

    /// Lighter problems come first.
    public static func < (left: Weight, right: Weight) -> Bool { left.rank < right.rank }
    private var rank: Int { [.advice: 0, .danger: 1, .fault: 2][self] ?? 0 }
  }

  /// The topic's name in the cluster.
  public let topic: String
  public let weight: Weight
  /// A sentence that says what is wrong.
  public let message: String
  /// A sentence that says what to do.
  public let remedy: String
}

extension TopicFinding {
  /// Joins findings that differ only in their topic, in the order of the first of each.
  public static func grouped(_ findings: [TopicFinding]) -> [TopicFinding] {
    var order: [TopicFinding] = []
    var topics: [TopicFinding: [String]] = [:]
    for finding in findings {
      let alike = finding.about("TOPIC")
      if topics[alike] == nil { order.append(alike) }
      topics[alike, default: []].append(finding.topic)
    }
    return order.map { alike in
      let names = topics[alike] ?? []
      guard names.count > 1 else { return alike.about(names[0]) }
      let message = alike.message.replacing("TOPIC", with: "each of \(names.joined(separator: ", "))")
      return TopicFinding(
        topic: "\(names.count) topics", weight: alike.weight,
        message: message.prefix(1).uppercased() + message.dropFirst(), remedy: alike.remedy)
    }
  }

  private func about(_ other: String) -> TopicFinding {
    TopicFinding(
      topic: other, weight: weight, message: message.replacing(topic, with: other),
      remedy: remedy.replacing(topic, with: other))
  }
}

extension TopicPlan {
  /// Compares a topic with its plan.
  /// - Parameters:
  ///   - found: the topic; nil if it is missing.
  ///   - workers: the number of workers that are to share a stage, if given.
  ///   - brokers: the number of brokers in the cluster.
  ///   - bootstrap: the brokers' addresses, for the Kafka commands in remedies.
  public func findings(
    _ found: FoundTopic?, workers: Int? = nil, brokers: Int, bootstrap: String = "HOST:PORT"
  ) -> [TopicFinding] {
    guard let found else {
      return [
        TopicFinding(
          topic: name, weight: .fault, message: "\(name) is missing.", remedy: "Run `shoal topics create`.")
      ]
    }
    return partitionFindings(found.description, workers: workers, bootstrap)
      + replicaFindings(found.description, brokers: brokers, bootstrap)
      + settingFindings(found.configuration, bootstrap)
  }

  private func partitionFindings(_ found: KafkaTopicDescription, workers: Int?, _ bootstrap: String) -> [TopicFinding] {
    var findings: [TopicFinding] = []
    let leaderless = found.partitions.filter { $0.leader == nil }.map { "\($0.number)" }
    if !leaderless.isEmpty {
      findings.append(
        TopicFinding(
          topic: name, weight: .fault,
          message: "\(name) can't be written to: partitions \(leaderless.joined(separator: ", ")) have no leader.",
          remedy: "Start the brokers that are down."))
    }
    let count = found.partitions.count
    let wanted = name.contains(".work.") || name.hasPrefix("work.") ? workers : nil
    if let wanted, count < wanted {
      findings.append(
        TopicFinding(
          topic: name, weight: .danger,
          message: "\(name) has \(count) partitions, so \(wanted - count) of \(wanted) workers get nothing of it.",
          remedy: "Add partitions: \(enlarge(bootstrap, to: max(wanted, partitions)))."))
    } else if count < partitions {
      findings.append(
        TopicFinding(
          topic: name, weight: .advice, message: "\(name) has \(count) partitions where \(partitions) are usual.",
          remedy: "Add some when more than \(count) workers are to share it: \(enlarge(bootstrap, to: partitions))."))
    }
    return findings
  }

  private func enlarge(_ bootstrap: String, to count: Int) -> String {
    "`kafka-topics --bootstrap-server \(bootstrap) --alter --topic \(name) --partitions \(count)`"
  }

  private func replicaFindings(_ found: KafkaTopicDescription, brokers: Int, _ bootstrap: String) -> [TopicFinding] {
    var findings: [TopicFinding] = []
    let least = found.partitions.map(\.replicas.count).min() ?? 0
    let possible = min(replication, max(1, brokers))
    if least < possible {
      findings.append(
        TopicFinding(
          topic: name, weight: .danger,
          message: "\(name) lies on \(least) of \(brokers) brokers: a broker that is lost takes messages with it.",
          remedy:
            "Raise its replication to \(possible) with `kafka-reassign-partitions --bootstrap-server \(bootstrap)`."))
    }
    let behind = found.partitions.filter { $0.inSync.count < $0.replicas.count }.count
    if behind > 0 {
      findings.append(
        TopicFinding(
          topic: name, weight: .advice,
          message: "Of \(name), \(behind) partitions lack a replica that is up to date.",
          remedy: "See whether all brokers are up; it passes when they have caught up."))
    }
    return findings
  }

  private func settingFindings(_ found: [String: String]?, _ bootstrap: String) -> [TopicFinding] {
    guard let found else {
      return [
        TopicFinding(
          topic: name, weight: .advice, message: "The settings of \(name) can't be seen by this user.",
          remedy: "Grant DescribeConfigs on the topic to have them checked.")
      ]
    }
    return configuration.keys.sorted().compactMap { key in
      guard let wanted = configuration[key], let value = found[key], !isAsGood(key, value, wanted) else { return nil }
      return TopicFinding(
        topic: name, weight: ["message.timestamp.type", "segment.bytes"].contains(key) ? .advice : .danger,
        message: "\(name) has \(key)=\(value): \(harm(of: key)).",
        remedy: "Set it: `kafka-configs --bootstrap-server \(bootstrap) --alter --topic \(name) "
          + "--add-config \(key)=\(wanted)`.")
    }
  }

  private func isAsGood(_ key: String, _ value: String, _ wanted: String) -> Bool {
    switch key {
    case "retention.ms":
      guard let value = Int(value), let wanted = Int(wanted) else { return false }
      return value == -1 || (wanted != -1 && value >= wanted)
    case "segment.bytes": return Int(value) ?? .max <= Int(wanted) ?? 0
    case "max.message.bytes", "min.insync.replicas": return Int(value) ?? 0 >= Int(wanted) ?? 0
    default: return value == wanted
    }
  }

  private func harm(of key: String) -> String {
    switch key {
    case "retention.ms": "messages that wait longer are deleted"
    case "cleanup.policy":
      configuration[key] == "compact" ? "what holds is deleted with time" : "messages of the same key are thrown away"
    case "segment.bytes": "finished messages take room for longer"
    case "max.message.bytes": "messages that Shoal allows are refused"
    case "min.insync.replicas": "what was confirmed may be lost with one broker"
    default: "the order of messages depends on the clocks of those who publish"
    }
  }
}
