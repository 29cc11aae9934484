import Glibc
import Kafka

/// Shoal's Kafka client compared with plain C on the same library, one broker, the same settings; runs of the two
/// alternate.
enum ClientBench {
  private static let runs = 7

  /// Starts a broker of its own.
  static func measure(program: String, _ figures: Figures) async throws {
    try await withFolder { folder in
      let broker = try await Broker("\(folder)/kafka")
      do { try await measure(program: program, broker: broker.address, folder: folder, figures) } catch {
        try? await broker.stop()
        throw error
      }
      try await broker.stop()
    }
  }

  /// Uses a running broker.
  static func measure(program: String, broker: String, folder: String, _ figures: Figures) async throws {
    // More than a second each, so that start and end do not count.
    for (size, count, word) in [(64, 3_000_000, "64 B"), (1024, 400_000, "1 KiB")] {
      let pairs = try await throughput(program, broker, folder, size: size, count: count)
      figures.add(rates(pairs.produce, "produce \(word)"))
      figures.add(rates(pairs.consume, "consume \(word)"))
    }
    figures.add(try await handoff(program, broker, folder))
  }

  /// A rate of each client for each run; the first run of each is a warm-up.
  private static func throughput(
    _ program: String, _ broker: String, _ folder: String, size: Int, count: Int
  ) async throws -> (produce: [Pair], consume: [Pair]) {
    var (produce, consume): ([Pair], [Pair]) = ([], [])
    for run in 0...runs {
      let topics = ["plain-\(size)-\(run)", "ours-\(size)-\(run)"]
      try await withTopics(topics, broker) {
        // The order alternates from run to run.
        produce.append(
          try await pair(swapped: run % 2 == 1) { client in
            try await rate(
              ClientRun(
                client: client, work: .produce, broker: broker, topic: topics[client == .plain ? 0 : 1], count: count,
                size: size), program, folder)
          })
        consume.append(
          try await pair(swapped: run % 2 == 1) { client in
            try await rate(
              ClientRun(
                client: client, work: .consume, broker: broker, topic: topics[run % 2], count: count, size: size),
              program, folder)
          })
      }
    }
    return (Array(produce.dropFirst()), Array(consume.dropFirst()))
  }

  private struct Pair {
    var plain: Double
    var ours: Double
  }

  private static func pair(swapped: Bool, _ body: (ClientRun.Client) async throws -> Double) async throws -> Pair {
    if swapped {
      let ours = try await body(.ours)
      return Pair(plain: try await body(.plain), ours: ours)
    }
    let plain = try await body(.plain)
    return Pair(plain: plain, ours: try await body(.ours))
  }

  private static func rate(_ run: ClientRun, _ program: String, _ folder: String) async throws -> Double {
    // The writes of the previous run reach its disk before this one begins.
    sync()
    return Double(run.count) / (try await figures(run, program, folder).first ?? .infinity)
  }

  private static func figures(_ run: ClientRun, _ program: String, _ folder: String) async throws -> [Double] {
    let file = "\(folder)/client.txt"
    _ = try await Children.time(run.words(program, file))
    return try Children.lines(of: file).compactMap(Double.init)
  }

  private static func rates(_ pairs: [Pair], _ name: String) -> [Measurement] {
    let share = quartiles(pairs.map { $0.ours / $0.plain })
    let (plain, ours) = (quartiles(pairs.map(\.plain)), quartiles(pairs.map(\.ours)))
    return [
      Measurement(
        name: "\(name), plain C", value: plain.median, unit: "records/s", ratio: nil, to: nil, target: nil,
        low: plain.low, high: plain.high),
      Measurement(
        name: "\(name), ours", value: ours.median, unit: "records/s", ratio: share.median, to: "plain C, run by run",
        target: "at least 0.9", low: ours.low, high: ours.high),
    ]
  }

  /// Medians and quartiles of each run's p50 and p99, in milliseconds.
  private static func handoff(_ program: String, _ broker: String, _ folder: String) async throws -> [Measurement] {
    var (middle, late): ([Pair], [Pair]) = ([], [])
    for run in 0..<runs {
      let topics = ["handoff-plain-\(run)", "handoff-ours-\(run)"]
      try await withTopics(topics, broker) {
        var late99: [ClientRun.Client: Double] = [:]
        middle.append(
          try await pair(swapped: run % 2 == 1) { client in
            var samples = Samples()
            let run = ClientRun(
              client: client, work: .handoff, broker: broker, topic: topics[client == .plain ? 0 : 1], count: 350,
              size: 64)
            for value in try await figures(run, program, folder) { samples.add(value * 1e3) }
            late99[client] = samples.quantile(0.99)
            return samples.quantile(0.5)
          })
        late.append(Pair(plain: late99[.plain] ?? 0, ours: late99[.ours] ?? 0))
      }
    }
    return times(middle, "p50") + times(late, "p99")
  }

  private static func times(_ pairs: [Pair], _ word: String) -> [Measurement] {
    let factor = quartiles(pairs.map { $0.ours / $0.plain })
    let (plain, ours) = (quartiles(pairs.map(\.plain)), quartiles(pairs.map(\.ours)))
    return [
      Measurement(
        name: "idle hand-off of one record, plain C, \(word)", value: plain.median, unit: "ms", ratio: nil, to: nil,
        target: nil, low: plain.low, high: plain.high),
      Measurement(
        name: "idle hand-off of one record, ours, \(word)", value: ours.median, unit: "ms", ratio: factor.median,
        to: "plain C, run by run", target: "at most 1.3", low: ours.low, high: ours.high),
    ]
  }

  private static func quartiles(_ values: [Double]) -> (median: Double, low: Double, high: Double) {
    var samples = Samples()
    for value in values { samples.add(value) }
    return (samples.quantile(0.5), samples.quantile(0.25), samples.quantile(0.75))
  }

  /// Topics of one partition, deleted afterwards.
  private static func withTopics(_ names: [String], _ broker: String, _ body: () async throws -> Void) async throws {
    let admin = try KafkaAdmin(KafkaConfiguration(brokers: [broker], clientID: "shoal-bench"))
    let topics = names.map {
      NewTopic(name: $0, partitions: 1, replicas: 1, settings: ["file.delete.delay.ms": "1000"])
    }
    for answer in try await admin.create(topics).values { try answer.get() }
    try await body()
    for answer in try await admin.delete(topics: names).values { try answer.get() }
    await admin.close()
  }
}
