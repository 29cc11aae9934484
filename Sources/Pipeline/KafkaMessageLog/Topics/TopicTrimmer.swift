import Kafka
import MessageLog
import PaperModel

/// Deletes records of work and retry topics that every consumer group has finished, so that the topics do not grow for
/// ever.
///
/// Only records below the lowest committed offset are deleted: records finished above it stay until the offset has
/// passed them. Those of work topics are kept for a while longer, for `shoal replay --topic --since`. Several workers
/// may trim at the same time.
struct TopicTrimmer: Sendable {
  /// A partition is skipped until this many records can be deleted: a request costs more than a few records.
  private static let least: Int64 = 1_000

  let context: KafkaContext
  let clock: any WallClock

  /// - Returns: the number of deleted records.
  func trim() async throws(KafkaError) -> Int64 {
    let admin = context.admin
    let groups = try await groups()
    let partitions = try await admin.describeCluster().topics.filter { groups[$0.name] != nil }
      .flatMap { topic in topic.partitions.filter { $0.leader != nil }.map { TopicPartition(topic.name, $0.number) } }
    guard !partitions.isEmpty else { return 0 }
    let bounds = try await admin.watermarks(of: partitions)
    let passed = try await passed(groups)
    let kept = try await firstKept(of: partitions.filter { context.settings.isWork($0.topic) })
    var targets: [TopicPartition: Int64] = [:]
    var count: Int64 = 0
    for (partition, offset) in passed {
      // An offset beyond the end was committed before the topic was deleted and made again.
      guard let bounds = bounds[partition], offset <= bounds.upperBound else { continue }
      let target = min(offset, kept[partition] ?? bounds.upperBound)
      guard target - bounds.lowerBound >= Self.least else { continue }
      targets[partition] = target
      count += target - bounds.lowerBound
    }
    try await admin.deleteRecords(below: targets)
    return count
  }

  /// The group of each topic that may be trimmed.
  private func groups() async throws(KafkaError) -> [String: String] {
    let settings = context.settings
    let work = Topic.allWork.map { (settings.name(of: $0), settings.group(of: $0)) }
    let retry = RetryTier.allCases.map { (settings.name(of: .retry($0)), settings.retryGroup) }
    return Dictionary(uniqueKeysWithValues: work + retry)
  }

  /// The lowest offset of each partition that a group has committed; none if the topic's own group has not committed.
  private func passed(_ groups: [String: String]) async throws(KafkaError) -> [TopicPartition: Int64] {
    let own = Set(groups.values)
    var passed: [TopicPartition: Int64] = [:]
    for group in own.sorted() {
      for (partition, committed) in try await offsets(of: group) where groups[partition.topic] == group {
        passed[partition] = committed.offset
      }
    }
    // Groups of other programs may read the topics too.
    for group in try await context.admin.groups() where !own.contains(group) {
      for (partition, committed) in try await offsets(of: group) {
        if let lowest = passed[partition] { passed[partition] = min(lowest, committed.offset) }
      }
    }
    return passed
  }

  private func offsets(of group: String) async throws(KafkaError) -> [TopicPartition: CommittedOffset] {
    do throws(KafkaError) { return try await context.admin.offsets(ofGroup: group) } catch {
      guard error.reason == .unknownGroup || error.reason == .notAllowed else { throw error }
      return [:]
    }
  }

  /// The first record of each partition that is kept although it is finished; none if all are older.
  private func firstKept(of partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: Int64] {
    let seconds = context.settings.keepsFinished.components.seconds
    let (since, _) = clock.nowMicroseconds.subtractingReportingOverflow(seconds * 1_000_000)
    return try await context.admin.offsets(of: partitions, at: since / 1_000)
  }
}
