import EmbeddedStore
import Glibc
import MessageLog
import PaperModel

/// From publication, durable commit included, to the delivery in a waiting consumer; at a fixed pace, so that a slow
/// one does not delay the next.
enum HandoffBench {
  static let topic = Topic(name: "work.plot")

  static func within(commit: Double) async throws -> [Measurement] {
    var samples = Samples()
    try await withFolder { folder in
      let store = try await EmbeddedStore(folder: folder)
      let consumer = try await store.messageLog.consumer(of: [topic], worker: WorkerID("consumer"))
      let receiving = Task { try await receive(consumer, 450) }
      try await send(450, store.messageLog)
      samples = try await receiving.value
      await consumer.close()
      await store.close()
    }
    return figures("hand-off within a process", samples, commit)
  }

  /// The other process is this program again, with the folder as its argument; it prints one time for each delivery.
  static func between(commit: Double, program: String) async throws -> [Measurement] {
    var samples = Samples()
    try await withFolder { folder in
      let store = try await EmbeddedStore(folder: folder)
      let file = "\(folder)/times"
      let child = try Children.start([program, "--receive", folder, file, "450"])
      try await Children.waitForFile("\(folder)/ready")
      try await send(450, store.messageLog)
      try await Children.end(child)
      for line in try Children.lines(of: file).dropFirst(50) { samples.add(Double(line) ?? 0) }
      await store.close()
    }
    return figures("hand-off between two processes", samples, commit)
  }

  static func send(_ count: Int, _ log: some MessageLog, pace: Duration = .milliseconds(4)) async throws {
    for number in 0..<count {
      try await ContinuousClock().sleep(for: pace)
      let begin = seconds().bitPattern
      let body = (0..<8).map { UInt8(truncatingIfNeeded: begin >> (8 * $0)) }
      try await log.publish([Message(topic: topic, key: "k\(number)", body: body)])
    }
  }

  static func receive(_ consumer: any MessageConsumer, _ count: Int) async throws -> Samples {
    var samples = Samples()
    for number in 0..<count {
      guard let delivery = try await consumer.next(of: [topic]) else { break }
      let now = seconds()
      let bits = delivery.message.body.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * $1.offset) }
      if number >= 50 { samples.add(now - Double(bitPattern: bits)) }
      try await delivery.finish()
    }
    return samples
  }

  private static func figures(_ name: String, _ samples: Samples, _ commit: Double) -> [Measurement] {
    var samples = samples
    return [(0.5, "p50", "at most 0.5 ms"), (0.99, "p99", "at most 2.5 ms")].map { share, word, target in
      let value = samples.quantile(share)
      return Measurement(
        name: "\(name), \(word)", value: value * 1e3, unit: "ms", ratio: value / commit,
        to: "the time of one FULL commit", target: target)
    }
  }
}
