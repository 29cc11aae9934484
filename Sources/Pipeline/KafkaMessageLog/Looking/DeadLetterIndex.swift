import Kafka
import MessageLog

/// Which keys have dead letters. Remembers how far it has read each topic, so that a question costs what was written
/// since the last one.
actor DeadLetterIndex {
  private struct Known {
    /// The offset after the last record that was read.
    var positions: [TopicPartition: Int64] = [:]
    /// The message's key, by the letter's.
    var letters: [[UInt8]: [UInt8]] = [:]
    /// How many letters a key has.
    var counts: [[UInt8]: Int] = [:]

    mutating func take(_ record: ReceivedRecord) {
      positions[record.partition] = record.offset + 1
      guard let letter = record.key else { return }
      if let before = letters.removeValue(forKey: letter) {
        counts[before] = (counts[before] ?? 1) - 1
        if counts[before] == 0 { counts[before] = nil }
      }
      guard record.value != nil, let key = record.header(KafkaHeader.originKey) else { return }
      letters[letter] = key
      counts[key, default: 0] += 1
    }
  }

  private let context: KafkaContext
  private var known: [Topic: Known] = [:]
  private var reading: Task<Void, any Error>?

  init(_ context: KafkaContext) { self.context = context }

  func holds(_ key: String, in topic: Topic) async throws -> Bool {
    while let reading { _ = await reading.result }
    let task = Task { try await read(topic) }
    reading = task
    defer { reading = nil }
    try await task.value
    return known[topic]?.counts[Array(key.utf8)] != nil
  }

  private func read(_ topic: Topic) async throws {
    let partitions = try await context.partitions(of: context.settings.name(of: topic))
    let ends = try await context.ends(of: partitions)
    var now = known[topic] ?? Known()
    // A topic that ends before what was read has been made anew.
    if partitions.contains(where: { (ends[$0] ?? 0) < (now.positions[$0] ?? 0) }) { now = Known() }
    let starts = partitions.map { ($0, now.positions[$0].map { KafkaReader.Start.offset($0) } ?? .beginning) }
    try await TopicBrowser(context: context).read(Dictionary(uniqueKeysWithValues: starts)) { now.take($0) }
    known[topic] = now
  }
}
