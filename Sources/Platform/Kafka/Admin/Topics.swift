internal import CRdKafka

/// A topic to be made.
public struct NewTopic: Sendable, Hashable {
  public var name: String
  /// How many partitions it gets.
  public var partitions: Int
  /// The number of replicas; nil for the cluster's default.
  public var replicas: Int?
  /// Settings that differ from the cluster's, e.g. `retention.ms`.
  public var settings: [String: String]

  /// A topic to be made.
  public init(name: String, partitions: Int, replicas: Int? = nil, settings: [String: String] = [:]) {
    self.name = name
    self.partitions = partitions
    self.replicas = replicas
    self.settings = settings
  }
}

extension KafkaAdmin {
  /// Creates topics and waits until the brokers know them. Returns the result for each by name: an existing topic fails
  /// with `.topicExists`.
  ///
  /// - Throws: errors of the whole call.
  public func create(_ topics: [NewTopic]) async throws(KafkaError) -> [String: Result<Void, KafkaError>] {
    guard !topics.isEmpty else { return [:] }
    let results = try await order(topics)
    for topic in topics {
      if case .success = results[topic.name] { try await awaitPartitions(topic.partitions, of: topic.name) }
    }
    return results
  }

  private func order(_ topics: [NewTopic]) async throws(KafkaError) -> [String: Result<Void, KafkaError>] {
    try await ask(RD_KAFKA_ADMIN_OP_CREATETOPICS, "creating topics") {
      (client, options, queue) throws(KafkaError) in
      var made: [OpaquePointer?] = []
      defer { for topic in made { rd_kafka_NewTopic_destroy(topic) } }
      for topic in topics { made.append(try topic.make()) }
      rd_kafka_CreateTopics(client, &made, made.count, options, queue)
    } answer: { event, context in
      var count = 0
      let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
      return context.results(results, count)
    }
  }

  /// Deletes topics with all their records, and returns the result for each by name.
  ///
  /// - Throws: errors of the whole call.
  public func delete(topics names: [String]) async throws(KafkaError) -> [String: Result<Void, KafkaError>] {
    guard !names.isEmpty else { return [:] }
    return try await ask(RD_KAFKA_ADMIN_OP_DELETETOPICS, "deleting topics") { client, options, queue in
      var made = names.map { rd_kafka_DeleteTopic_new($0) }
      defer { for topic in made { rd_kafka_DeleteTopic_destroy(topic) } }
      rd_kafka_DeleteTopics(client, &made, made.count, options, queue)
    } answer: { event, context in
      var count = 0
      let results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
      return context.results(results, count)
    }
  }

  /// Gives a topic more partitions; it can't have fewer. From then on keys are distributed over all of them.
  public func grow(topic: String, toPartitions count: Int) async throws(KafkaError) {
    let results = try await ask(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, "adding partitions to \(topic)") {
      (client, options, queue) throws(KafkaError) in
      var words = [CChar](repeating: 0, count: 256)
      guard let made = rd_kafka_NewPartitions_new(topic, count, &words, words.count) else {
        throw .badSetting("The topic \(topic) can't have \(count) partitions: \(text(words)); correct the number.")
      }
      defer { rd_kafka_NewPartitions_destroy(made) }
      var list: [OpaquePointer?] = [made]
      rd_kafka_CreatePartitions(client, &list, 1, options, queue)
    } answer: { event, context in
      var count = 0
      let results = rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event), &count)
      return context.results(results, count)
    }
    try results[topic]?.get()
    try await awaitPartitions(count, of: topic)
  }

  /// Polls until the requested brokers have learned of the controller's change, which takes some milliseconds.
  private func awaitPartitions(_ count: Int, of topic: String) async throws(KafkaError) {
    let end = ContinuousClock.now + .seconds(15)
    try await withClient { client throws(KafkaError) in
      while true {
        do throws(KafkaError) {
          if try client.describe(topic: topic).partitions.count >= count { return }
        } catch  where error.reason == .unknownTopic || error.isRetriable {}
        guard ContinuousClock.now < end else { throw .timedOut("\(topic) has not reached all brokers") }
      }
    }
  }
}

extension NewTopic {
  fileprivate func make() throws(KafkaError) -> OpaquePointer? {
    var words = [CChar](repeating: 0, count: 256)
    let made = rd_kafka_NewTopic_new(name, Int32(clamping: partitions), Int32(replicas ?? -1), &words, words.count)
    guard let made else { throw .badSetting("The topic \(name) can't be made: \(text(words)); correct it.") }
    for (key, value) in settings {
      let code = rd_kafka_NewTopic_set_config(made, key, value)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
        rd_kafka_NewTopic_destroy(made)
        throw .badSetting("The setting \(key) of topic \(name) can't be used; correct it.")
      }
    }
    return made
  }
}

extension ErrorContext {
  /// The results by topic.
  fileprivate func results(
    _ list: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int
  ) -> [String: Result<Void, KafkaError>] {
    var found: [String: Result<Void, KafkaError>] = [:]
    for entry in UnsafeBufferPointer(start: list, count: count) {
      let name = String(cString: rd_kafka_topic_result_name(entry))
      let code = rd_kafka_topic_result_error(entry)
      let words = rd_kafka_topic_result_error_string(entry).map { String(cString: $0) } ?? ""
      found[name] = code == RD_KAFKA_RESP_ERR_NO_ERROR ? .success(()) : .failure(error(code, words, subject: name))
    }
    return found
  }
}
