internal import Kafka
public import MessageLog
internal import PipelineRules

/// The size of a topic and of its consumer group's backlog, in records.
public struct Backlog: Sendable, Hashable {
  /// Records stored in the topic.
  public let messages: Int64
  /// Records of a work topic that its group has not finished: waiting or held by workers. Nil for other topics, and if
  /// this user may not see the group.
  public let unfinished: Int64?
}

extension KafkaMessageLog {
  /// The unfinished records of each work topic. Missing topics, and groups that this user may not see, are left out.
  public func unfinished() async throws -> [Topic: Int64] {
    try await mappingErrors {
      let admin = context.admin
      let settings = context.settings
      let names = Dictionary(uniqueKeysWithValues: Topic.allWork.map { (settings.name(of: $0), $0) })
      // Few attempts: a person waits for the answer and can ask again.
      let backlogs = try await context.retrying(tries: 4) { () throws(KafkaError) in
        let topics = try await admin.describeCluster().topics.filter { names[$0.name] != nil }
        return try await admin.backlogs(of: topics, settings)
      }
      return backlogs.reduce(into: [:]) { all, found in
        if let topic = names[found.key], let unfinished = found.value.unfinished { all[topic] = unfinished }
      }
    }
  }
}

extension KafkaAdmin {
  /// The backlogs by topic name. Partitions without a leader are not counted.
  func backlogs(
    of topics: [KafkaTopicDescription], _ settings: KafkaLogSettings
  ) async throws(KafkaError) -> [String: Backlog] {
    let partitions = topics.flatMap { topic in
      topic.partitions.filter { $0.leader != nil }.map { TopicPartition(topic.name, $0.number) }
    }
    let bounds = Dictionary(grouping: try await watermarks(of: partitions)) { $0.key.topic }
    let committed = try await committed(topics.map(\.name).filter(settings.isWork))
    return topics.reduce(into: [:]) { all, topic in
      let bounds = bounds[topic.name] ?? []
      let unfinished = committed[topic.name].map { committed in
        bounds.reduce(0) { $0 + Self.unfinished($1.value, committed[$1.key]) }
      }
      all[topic.name] = Backlog(messages: bounds.reduce(0) { $0 + Int64($1.value.count) }, unfinished: unfinished)
    }
  }

  /// The unfinished records within a partition's bounds: those above the committed offset, without the ones that its
  /// note lists as finished.
  static func unfinished(_ bounds: Range<Int64>, _ committed: CommittedOffset?) -> Int64 {
    guard let committed, committed.offset >= bounds.lowerBound else { return Int64(bounds.count) }
    let tracker = OffsetTracker(from: GroupOffset(position: committed.offset, note: committed.metadata))
    return max(0, bounds.upperBound - committed.offset - tracker.finishedAheadCount)
  }

  /// What the groups of work topics have committed, requested side by side. Groups that this user may not see are left
  /// out.
  func committed(_ topics: [String]) async throws(KafkaError) -> [String: [TopicPartition: CommittedOffset]] {
    let answers = await withTaskGroup(of: GroupAnswer.self) { group in
      for topic in topics {
        group.addTask {
          do throws(KafkaError) {
            return GroupAnswer(topic: topic, offsets: .success(try await self.offsets(ofGroup: topic)))
          } catch {
            return GroupAnswer(topic: topic, offsets: .failure(error))
          }
        }
      }
      return await group.reduce(into: [GroupAnswer]()) { $0.append($1) }
    }
    var committed: [String: [TopicPartition: CommittedOffset]] = [:]
    for answer in answers {
      switch answer.offsets {
      case .success(let offsets): committed[answer.topic] = offsets
      case .failure(let error) where error.reason == .unknownGroup: committed[answer.topic] = [:]
      case .failure(let error) where error.reason == .notAllowed: continue
      case .failure(let error): throw error
      }
    }
    return committed
  }
}

/// What the group of one topic has committed.
private struct GroupAnswer: Sendable {
  let topic: String
  let offsets: Result<[TopicPartition: CommittedOffset], KafkaError>
}
