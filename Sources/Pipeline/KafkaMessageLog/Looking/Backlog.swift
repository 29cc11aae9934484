internal import Kafka
public import MessageLog
internal import PipelineRules

/// How many records lie in a topic, and how many of them are still to be finished.
public struct Backlog: Sendable, Hashable {
  /// Records that lie in it.
  public let messages: Int64
  /// Of a topic of work, records that its group has not finished: what waits and what workers have in hand. Nil of
  /// other topics, and where this user may not see it.
  public let unfinished: Int64?
}

extension KafkaMessageLog {
  /// How much of each topic of work is not finished: what waits and what workers have in hand. Topics that are missing,
  /// and groups that this user may not see, are left out.
  public func unfinished() async throws -> [Topic: Int64] {
    try await mappingErrors {
      let admin = context.admin
      let settings = context.settings
      let names = Dictionary(uniqueKeysWithValues: Topic.allWork.map { (settings.name(of: $0), $0) })
      // Few tries: somebody waits, and asks again.
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
  /// What lies in topics, by their names; partitions without leader are not counted.
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

  /// Of records between two offsets those that are not finished, by what the group has committed and noted beside it.
  static func unfinished(_ bounds: Range<Int64>, _ committed: CommittedOffset?) -> Int64 {
    guard let committed, committed.offset >= bounds.lowerBound else { return Int64(bounds.count) }
    let tracker = OffsetTracker(from: GroupOffset(position: committed.offset, note: committed.metadata))
    return max(0, bounds.upperBound - committed.offset - tracker.finishedAheadCount)
  }

  /// What the groups of topics of work have committed, all asked at the same time; without those that this user may not
  /// see.
  private func committed(_ topics: [String]) async throws(KafkaError) -> [String: [TopicPartition: CommittedOffset]] {
    typealias Answer = Result<[TopicPartition: CommittedOffset], KafkaError>
    let answers = await withTaskGroup(of: (String, Answer).self) { group in
      for topic in topics {
        group.addTask {
          do throws(KafkaError) { return (topic, .success(try await self.offsets(ofGroup: topic))) } catch {
            return (topic, .failure(error))
          }
        }
      }
      return await group.reduce(into: [(String, Answer)]()) { $0.append($1) }
    }
    var committed: [String: [TopicPartition: CommittedOffset]] = [:]
    for (topic, answer) in answers {
      switch answer {
      case .success(let offsets): committed[topic] = offsets
      case .failure(let error) where error.reason == .unknownGroup: committed[topic] = [:]
      case .failure(let error) where error.reason == .notAllowed: continue
      case .failure(let error): throw error
      }
    }
    return committed
  }
}
