import KafkaMessageLog
import MessageLog
import PaperModel

/// Durable no-op steps, and hand-off, with the log on one real broker.
enum ClusterSteps {
  /// Steps a second with this many papers in flight, ten steps to a stage; the median of three runs. A journal in a
  /// folder is a file for each entry, and file systems are slow to delete them, so its runs are small.
  static func throughput(
    broker: String, folder: String, _ place: ClusterWorld.Place, streams: Int, commit: Double
  ) async throws -> Measurement {
    let steps = 10
    let world = try await ClusterWorld(broker: broker, folder: folder, place)
    let worker = try await NoOpWorker(world.log, world.journal, slots: streams, steps: steps)
    let name = "\(place == .folder ? "f" : "s")\(streams)"
    try await worker.papers((0..<16).map { "\(name).warm.\($0)" })
    var run = 0
    let rate = try await repeated(3) {
      run += 1
      let begin = seconds()
      try await worker.papers((0..<streams).map { "\(name).\(run).\($0)" })
      return Double(streams * 6 * steps) / (seconds() - begin)
    }
    try await worker.close()
    await world.close()
    return Measurement(
      name: "durable no-op steps through one broker, \(place.rawValue), streams: \(streams)", value: rate.median,
      unit: "steps/s", ratio: rate.median * commit, to: "single FULL commits a second", target: nil, low: rate.low,
      high: rate.high)
  }

  /// From publication, the broker's acknowledgement included, to the waiting consumer: one message every 20 ms.
  static func handoff(broker: String, folder: String) async throws -> [Measurement] {
    let world = try await ClusterWorld(broker: broker, folder: folder)
    let consumer = try await world.log.consumer(of: [HandoffBench.topic], worker: WorkerID("consumer"))
    let receiving = Task { try await HandoffBench.receive(consumer, 350) }
    try await HandoffBench.send(350, world.log, pace: .milliseconds(20))
    var samples = try await receiving.value
    await consumer.close()
    await world.close()
    return [(0.5, "p50"), (0.99, "p99")].map { share, word in
      Measurement(
        name: "hand-off through one broker, \(word)", value: samples.quantile(share) * 1e3, unit: "ms", ratio: nil,
        to: nil, target: nil)
    }
  }
}
